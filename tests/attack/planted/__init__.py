"""A test build with three holes, so that a suite that finds nothing is known to look. Never part of the program."""
