"""Pages of how the system fares."""
