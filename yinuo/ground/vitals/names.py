"""What pulses are called, and how often they come."""

BACKGROUND, LIVE = "background.", "live"  # every loop of the background has one of its own
EVERY = 15.0  # seconds between two pulses
SILENT = 120.0  # seconds after which one counts as silent: a round may take half a minute
