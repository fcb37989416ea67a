"""A certified OpenID provider on loopback, run by Node.js; installed once, as its lock says, into build/."""

from __future__ import annotations

import html
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

HERE = Path(__file__).parent / "provider"
ROOT = Path(__file__).resolve().parents[4]
OLDEST_NODE = 20


def missing() -> str:
    """Why it cannot be run here; "" where it can."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        return "could not run a provider: Node.js and npm are not here"
    told = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.", told)
    if found is None or int(found[1]) < OLDEST_NODE:
        return f"could not run a provider: Node.js {OLDEST_NODE} or newer is needed"
    return ""


def installed() -> Path:
    """The folder it is installed in."""
    folder = ROOT / "build" / "provider"
    folder.mkdir(parents=True, exist_ok=True)
    lock = folder / "package-lock.json"
    if (
        not (folder / "node_modules").exists()
        or lock.read_bytes() != (HERE / "package-lock.json").read_bytes()
    ):
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder / name)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            shutil.rmtree(folder / "node_modules", ignore_errors=True)
            pytest.skip(f"could not install a provider: {done.stderr[-200:]}")
    shutil.copy(HERE / "server.mjs", folder / "server.mjs")
    return folder


@contextmanager
def a_provider(back: str) -> Iterator[str]:
    """Its issuer, while the block runs; `back` is the address that is registered for us."""
    if why := missing():
        pytest.skip(why)
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    command = ["node", "server.mjs", str(port), back]
    process = subprocess.Popen(command, cwd=installed(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert process.stdout is not None
        while line := process.stdout.readline():
            if b"ready" in line:
                break
        assert process.poll() is None, "the provider did not start"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def answered(there: str, name: str, *, back: str) -> str:
    """Signed in there as somebody, as a browser would; the address that the provider sends back to."""
    with httpx.Client(timeout=20) as browser:
        answer = browser.get(there)
        for _step in range(12):
            if answer.is_redirect:
                following = urljoin(str(answer.url), answer.headers["location"])
                if following.startswith(back):
                    return following
                answer = browser.get(following)
                continue
            action = html.unescape(re.search(r'action="([^"]+)"', answer.text)[1])
            prompt = re.search(r'name="prompt" value="(\w+)"', answer.text)[1]
            form = {"prompt": prompt} | ({"login": name, "password": "any"} if prompt == "login" else {})
            answer = browser.post(urljoin(str(answer.url), action), data=form)
    raise AssertionError("the provider sent nobody back")
