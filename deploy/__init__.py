"""How Yinuo gets to a machine without a network, and how it is kept running there."""
