"""Comparing fails when one row, one value or one file differs."""
