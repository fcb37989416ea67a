"""Backups: one portable, encrypted copy of every row and file, restored and compared whole."""
