"""`yinuo postoffice`: a demonstration's mail server, which keeps every letter as a file."""

from __future__ import annotations

import argparse

words = "receive letters over SMTP and keep them as .eml files in YINUO_HOME/postoffice (demonstrations only)"
example = "yinuo postoffice --port 8025"
needs_django = False


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8025, help="port on 127.0.0.1 (default 8025)")


def run(options: argparse.Namespace) -> int:
    from yinuo.site.postoffice import serve

    letters = serve(options.port)
    print(f"letters={letters}")
    return 0
