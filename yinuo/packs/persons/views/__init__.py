"""Views: who a customer is, what is held on them and what they get, what must be kept and what goes."""
