"""`make bundle`: everything that a machine without a network needs, as one file; the same commit makes the same bytes.

Inside: the program with compiled catalogues, every library as the wheel that the lock names, install.sh, units for systemd,
the documents, the bill of materials, and SHA256SUMS over all of it.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TAKEN = ("yinuo", "requirements/core.txt", "deploy/install.sh", "deploy/yinuo.env", "deploy/systemd", "docs")
TAKEN_TOO = ("LICENSE", "NOTICE", "README.md", "README.zh.md", "CHANGELOG.md", "pyproject.toml")
LEFT = ("/tests/", "/pack_template/tests/")  # tests need what is not in the bundle
LAUNCHER = """\
#!/bin/sh
here=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
PYTHONPATH="$here" exec "$here/.venv/bin/python" -P -m yinuo "$@"
"""


class NotBundled(Exception):
    """Why there is no bundle, as a sentence."""


def main() -> int:
    """Make it; say where it is."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--into", type=Path, default=ROOT / "build")
    parser.add_argument(
        "--changed", action="store_true", help="bundle what is not committed too; says so inside"
    )
    options = parser.parse_args()
    try:
        made = bundle(options.into, changed=options.changed)
    except NotBundled as why:
        print(f"bundle: {why}", file=sys.stderr)
        return 1
    print(f"bundle={made} bytes={made.stat().st_size} sha256={_sha256(made)}")
    return 0


def bundle(into: Path, *, changed: bool) -> Path:
    """The file, in this folder. NotBundled where something is not committed, unless `changed`."""
    is_changed = bool(_git("status", "--porcelain", "--", *TAKEN, *TAKEN_TOO))
    if is_changed and not changed:
        raise NotBundled("something is not committed: nobody could say later what is in it")
    name = f"yinuo-{_version()}-{_platform()}"
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into, prefix=".bundle-") as folder:
        top = Path(folder) / name
        _copy(top)
        _catalogues(top)
        _wheels(top)
        _written(top / "bin" / "yinuo", LAUNCHER).chmod(0o755)
        shutil.move(top / "deploy" / "install.sh", top / "install.sh")
        _bill(top)
        said = f"{_version()}\n{_git('rev-parse', 'HEAD')}{' and changes' if is_changed else ''}\n{_platform()}\n"
        _written(top / "VERSION", said)
        _sums(top)
        made = into / f"{name}.tar.gz"
        _packed(top, Path(folder) / "packed", int(_git("log", "-1", "--format=%ct")))
        (Path(folder) / "packed").replace(made)
    return made


def _copy(top: Path) -> None:
    """What git knows of, as it stands here, without tests."""
    listed = _git("ls-files", "-z", "--", *TAKEN, *TAKEN_TOO).split("\0")
    for name in filter(None, listed):
        if (ROOT / name).is_file() and not any(part in f"/{name}" for part in LEFT):
            (top / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, top / name)


def _catalogues(top: Path) -> None:
    """The three languages, compiled: an installation that nobody may write to cannot do it."""
    import polib

    for source in top.rglob("locale/*/LC_MESSAGES/django.po"):
        polib.pofile(str(source)).save_as_mofile(str(source.with_suffix(".mo")))


def _wheels(top: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    exact = ["--require-hashes", "--no-deps", "--only-binary", ":all:"]
    listed = ["-r", str(ROOT / "requirements" / "core.txt"), "-d", str(top / "wheels")]
    done = subprocess.run([*command, *exact, *listed], capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotBundled(f"a library could not be fetched: {done.stderr.strip()[-500:]}")


def _bill(top: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "yinuo", "sbom", "--output", str(top / "sbom.cdx.json")], cwd=ROOT, check=True
    )


def _sums(top: Path) -> None:
    files = sorted(path for path in top.rglob("*") if path.is_file())
    lines = [f"{_sha256(path)}  {path.relative_to(top).as_posix()}\n" for path in files]
    _written(top / "SHA256SUMS", "".join(lines))


def _packed(top: Path, made: Path, at: int) -> None:
    """A tar of which nothing tells when, where or by whom it was made."""

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        entry.mtime = at
        entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
        return entry

    with (
        made.open("wb") as raw,
        gzip.GzipFile("", "wb", fileobj=raw, mtime=at) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as out,
    ):
        for path in sorted([top, *top.rglob("*")]):
            out.add(path, path.relative_to(top.parent).as_posix(), recursive=False, filter=plain)


def _written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _version() -> str:
    with (ROOT / "pyproject.toml").open("rb") as stream:
        return str(tomllib.load(stream)["project"]["version"])


def _platform() -> str:
    """For which machines its wheels are."""
    return f"{platform.system().lower()}-{platform.machine()}-py{sys.version_info[0]}{sys.version_info[1]}"


def _git(*words: str) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    done = subprocess.run(
        ["git", *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
