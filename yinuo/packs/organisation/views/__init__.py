"""Views: units, and who is posted there."""
