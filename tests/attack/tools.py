"""Attackers from the registry, in an environment of their own in build/: sqlmap and wapiti.

They get the session of the role and the doors that were found, so that they need not guess, and never the addresses
that would end that session.
"""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlencode

from bench.bank import HOST, ROOT
from tests.attack.assault import LAST, Assault
from tests.attack.doors import Door

FOLDER = ROOT / "build" / "attackers"
LOCKED = Path(__file__).parent / "tools.txt"
MODULES = "sql,timesql,xss,permanentxss,file,exec,crlf,redirect,ssrf,xxe,csrf,cookieflags,http_headers,methods,ldap"
INJECTABLE = re.compile(r"^(?:Parameter|Place): (.+)$|appears? to be '([^']+)' injectable", re.M)


def install() -> None:
    """Once; a second time does nothing."""
    stamp = FOLDER / "stamp"
    if stamp.exists() and stamp.read_text() == LOCKED.read_text():
        return
    subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
    pip = [str(FOLDER / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "-r", str(LOCKED)], check=True)
    stamp.write_text(LOCKED.read_text())


def versions(chosen: Sequence[str]) -> dict[str, str]:
    """Those of the registry that were chosen, as they are locked."""
    locked = dict(re.findall(r"^([\w-]+)==(\S+)$", LOCKED.read_text(), re.M))
    return {name: locked[PACKAGES[name]] for name in chosen if name in PACKAGES}


PACKAGES = {"sqlmap": "sqlmap", "wapiti": "wapiti3"}
