"""Real attackers on loopback against the real program, signed in as every role: `python -m tests.attack`."""
