"""Attackers from the registry, in an environment of their own in build/: sqlmap and wapiti.

They get the session of the role and the doors that were found, so that they need not guess, and never the addresses
that would end that session.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlencode

from bench.bank import HOST, ROOT
from tests.attack.assault import LAST, Assault
from tests.attack.doors import Door

FOLDER = ROOT / "build" / "attackers"
LOCKED = ROOT / "requirements" / "attack.txt"
PACKAGES = {"sqlmap": "sqlmap", "wapiti": "wapiti3"}
MODULES = "sql,xss,file,redirect,exec,crlf,timesql,permanentxss"  # none that asks a machine outside
FAILED = re.compile(r"\[CRITICAL\] .*")
INJECTABLE = re.compile(r"^Parameter: (.+)$|'([^']+)' (?:is|appears to be) .{0,80}injectable", re.M)
GRACE = 30.0  # seconds for a tool to end by itself


def install() -> None:
    """Once; a second time does nothing."""
    stamp = FOLDER / "stamp"
    if stamp.exists() and stamp.read_text() == LOCKED.read_text():
        return
    subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
    pip = [str(FOLDER / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "--no-deps", "-r", str(LOCKED)], check=True)
    stamp.write_text(LOCKED.read_text())


def versions(chosen: Sequence[str]) -> dict[str, str]:
    """Those of the registry that were chosen, as they are installed."""
    script = "import sys, importlib.metadata as m; print(*(m.version(p) for p in sys.argv[1:]))"
    names = [name for name in chosen if name in PACKAGES]
    if not names:
        return {}
    command = [str(FOLDER / "bin" / "python"), "-c", script, *(PACKAGES[name] for name in names)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return dict(zip(names, said, strict=True))


def sqlmap(assault: Assault, seconds: float) -> None:
    """Every kind of address with all that can be filled in, as requests that sqlmap reads from a log."""
    listed = requests(assault)
    assault.planned["sqlmap"] = len(listed)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "requests"
        log.write_text("".join(f"{'=' * 20}\n{each}\n{'=' * 20}\n" for each in listed))
        said = run(
            [
                "sqlmap", "-l", str(log), "--batch", "--dbms=PostgreSQL", "--technique=BEUST", "--level=1", "--risk=1",
                "--time-sec=3", "--threads=4", "--ignore-code=*", "--flush-session", "--disable-coloring",
                "--ignore-redirects", "--answers=skip further=N", f"--output-dir={folder}", f"--skip={UNTOUCHED}",
            ],
            seconds,
        )  # fmt: skip
        (ROOT / "build" / f"sqlmap-{assault.role}.log").write_text(said)
    assault.sent["sqlmap"] = len(
        re.findall(r"testing if (?:GET|POST) parameter|testing for SQL injection on", said)
    )
    place = ""
    for line in said.splitlines():
        if found := re.search(r"(?:GET|POST) (http://\S+)", line):
            place = found[1]
        if found := INJECTABLE.search(line):
            assault.tell("sqlmap", f"{place} {line}", [f"SQL: injectable {found[1] or found[2]}"])
    if listed and not assault.sent["sqlmap"]:
        assault.tell("sqlmap", "its start", [f"tool: it tried nothing, see build/sqlmap-{assault.role}.log"])


UNTOUCHED = "csrfmiddlewaretoken,sessionid,csrftoken,yinuo_language,Cookie,User-Agent,Referer,Host"


def theirs(assault: Assault) -> list[Door]:
    """What tools are given: not what ends the session, nor the samples of a demonstration."""
    return [door for door in assault.kinds if door.opens and not door.path.startswith((*LAST, "/_furniture"))]


def requests(assault: Assault) -> list[str]:
    """Those with something to fill in, as they stand on the wire."""
    cookie = "; ".join(f"{name}={value}" for name, value in assault.browser.cookies.items())
    host = f"{HOST}:{assault.browser.port}"
    head = f"Host: {host}\nCookie: {cookie}\nAccept-Language: en\n"
    found = []
    for door in theirs(assault):
        if door.names and door.method == "GET":
            found.append(f"GET {door.path}?{urlencode(door.fields)} HTTP/1.1\n{head}\n")
        elif door.names:
            body = urlencode(dict(door.fields) | {"csrfmiddlewaretoken": assault.browser.token()})
            kind = f"Origin: http://{host}\nContent-Type: application/x-www-form-urlencoded\n"
            found.append(f"POST {door.path} HTTP/1.1\n{head}{kind}Content-Length: {len(body)}\n\n{body}\n")
    return found


def wapiti(assault: Assault, seconds: float) -> None:
    """Its own crawl from every address, and its modules for what can be shown on a machine without a network."""
    address = f"http://{HOST}:{assault.browser.port}"
    cookie = "; ".join(f"{name}={value}" for name, value in assault.browser.cookies.items())
    pages = [door for door in theirs(assault) if door.method == "GET"]
    assault.planned["wapiti"] = len(pages)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        starts = [part for door in pages for part in ("-s", _address(address, door))]
        avoided = [part for each in LAST for part in ("-x", f"{address}{each}*")]
        said = run(
            [
                "wapiti", "-u", f"{address}/", *starts, *avoided, "--scope", "domain", "-d", "0", "-C", cookie,
                "--drop-set-cookie", "-m", MODULES, "--max-scan-time", f"{seconds:.0f}",
                "--max-attack-time", f"{seconds / 4:.0f}", "--max-links-per-page", "60", "-S", "normal", "-f", "json",
                "-o", str(report), "--store-session", folder, "--store-config", folder, "--flush-session",
                "--no-bugreport", "-v", "1", "--skip", "csrfmiddlewaretoken",
            ],
            4 * seconds + GRACE,
        )  # fmt: skip
        (ROOT / "build" / f"wapiti-{assault.role}.log").write_text(said)
        if not report.exists():
            assault.tell(
                "wapiti", "its start", [f"tool: it wrote no report, see build/wapiti-{assault.role}.log"]
            )
            return
        told = json.loads(report.read_text())
    assault.sent["wapiti"] = int(told.get("infos", {}).get("crawled_pages_nbr", 0))
    for kind in ("vulnerabilities", "anomalies"):
        for name, each in told[kind].items():
            for found in each:
                request = f"{found['method']} {found['path']} {found.get('parameter') or ''}"
                assault.tell("wapiti", request, [f"{name}: {found['info']}"])


def _address(address: str, door: Door) -> str:
    return f"{address}{door.path}" + (f"?{urlencode(door.fields)}" if door.fields else "")


def run(command: list[str], seconds: float) -> str:
    """What a tool said until it ended or its time was over."""
    program = str(FOLDER / "bin" / command[0])
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen(
            [program, *command[1:]], stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
        )
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            child.terminate()
            try:
                child.wait(GRACE)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        out.seek(0)
        return out.read().decode(errors="replace")


TOOLS: dict[str, Callable[[Assault, float], None]] = {"sqlmap": sqlmap, "wapiti": wapiti}
