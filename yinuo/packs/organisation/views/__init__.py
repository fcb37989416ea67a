"""Views: units, people, and who is posted where."""
