"""Debian packages the tests use: install them as root, else say plainly what is missing and end with status 2.

Run by `make needs` with any Python 3; imports nothing but the standard library.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path


def _postgres() -> bool:
    found = [path.parent.parent.name for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return any(name.isdigit() and int(name) >= 15 for name in found) or shutil.which("initdb") is not None


def _chromium() -> bool:
    return any(shutil.which(name) for name in ("chromium", "chromium-browser"))


def _gettext() -> bool:
    return all(shutil.which(name) for name in ("xgettext", "msgmerge", "msguniq", "msgattrib"))


def _fonts() -> bool:
    places = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts"]
    return any(any(place.rglob("NotoSansCJK*")) for place in places if place.exists())


def _clamd() -> bool:
    return any(shutil.which(name) for name in ("clamd", "/usr/sbin/clamd"))


def _exiftool() -> bool:
    return shutil.which("exiftool") is not None


def _openssl() -> bool:
    return shutil.which("openssl") is not None


def _faketime() -> bool:
    return any(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))


# package -> (is it there, what for)
NEEDS = {
    "chromium": (_chromium, "the journeys in a real browser"),
    "postgresql": (_postgres, "the second database, version 15 or newer"),
    "gettext": (_gettext, "the check that no message is missing"),
    "fonts-noto-cjk": (_fonts, "Chinese on the pictures"),
    "clamav-daemon": (_clamd, "the scanner for malware that uploads are tried with"),
    "openssl": (_openssl, "an authority that stamps the time, and a stranger's check of its stamps"),
    "faketime": (_faketime, "a clock that is set back"),
    "libimage-exiftool-perl": (_exiftool, "a stranger's eye on the metadata of pictures"),
}


def missing() -> list[str]:
    """Names of the packages that are not here."""
    return [name for name, (is_there, _) in NEEDS.items() if not is_there()]


def install(names: list[str]) -> bool:
    """Install from Debian; whether that was possible. A server that the package would start is not started."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]  # a new machine may still be updating itself
    subprocess.run([*apt, "update"], env=quiet)
    command = [*apt, "install", "-y", "--no-install-recommends", *names]
    return subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL).returncode == 0


def main() -> int:
    """0 when everything is there, 2 when something stays missing."""
    lacking = missing()
    if not lacking:
        print("Debian packages: nothing to install")
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Debian packages: installing {' '.join(lacking)}", flush=True)
        install(lacking)
        still = missing()
        print(f"Debian packages: installed {' '.join(n for n in lacking if n not in still) or 'nothing'}")
        lacking = still
    for name in lacking:
        print(f"missing: {name} ({NEEDS[name][1]}); as root: apt-get install {name}", file=sys.stderr)
    return 2 if lacking else 0


if __name__ == "__main__":
    raise SystemExit(main())
