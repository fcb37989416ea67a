"""PostgreSQL as Django speaks it, with times read by psycopg's compiled loader: see `base`."""
