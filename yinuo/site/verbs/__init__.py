"""One file per verb of the `yinuo` command, named by the verb (a trailing _ avoids a Python keyword).

A verb has `words` (one line), `example`, `arguments(parser)` and `run(options) -> int` (the exit status).
What it prints ends with one machine-readable line of `key=value` pairs. `needs_django = False` spares the
start-up; `as_admin = True` uses DATABASE_ADMIN_URL where it is set.
"""
