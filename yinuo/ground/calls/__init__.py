"""Calls that leave the house: bounded in time and size, over TLS, following nobody."""
