"""A PostgreSQL of one's own in a temporary folder: started, used, and gone with the process that started it.

Needs the server's programs (Debian: `postgresql`). As root the server runs as the system user `postgres`,
because initdb refuses root. It listens on a socket in its folder only, so no port can be taken.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

OLDEST = 15

# Speed instead of durability: a functional test loses nothing when the machine loses power. Tests and proofs
# that judge durability, and benchmarks, ask for Cluster(durable=True), which leaves PostgreSQL's own defaults.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum_naptime": "10s"}
ALWAYS = {"max_connections": "200", "timezone": "UTC", "listen_addresses": ""}

# The shell outlives nothing: when this process ends for whatever reason, SIGKILL included, its end of the pipe
# closes, `read` returns, the server is stopped and the folder removed.
KEEPER = """
"$@" >"$FOLDER/log" 2>&1 </dev/null &
server=$!
read -r _
kill -QUIT "$server" 2>/dev/null
[ -f "$FOLDER/data/postmaster.pid" ] && kill -QUIT "$(head -n 1 "$FOLDER/data/postmaster.pid")" 2>/dev/null
wait "$server" 2>/dev/null
rm -rf "$FOLDER"
"""


class NoPostgres(RuntimeError):
    """The server's programs are not installed, or it did not start; the message says which and what to do."""


def programs() -> Path:
    """The folder of the newest installed server's programs; NoPostgres when there is none of 15 or newer."""
    found = []
    for folder in Path("/usr/lib/postgresql").glob("*/bin"):
        if re.fullmatch(r"\d+", folder.parent.name) and int(folder.parent.name) >= OLDEST:
            found.append((int(folder.parent.name), folder))
    if found:
        return max(found)[1]
    initdb = shutil.which("initdb")
    if initdb:
        return Path(initdb).resolve().parent
    raise NoPostgres(f"no PostgreSQL {OLDEST} or newer is installed; on Debian: apt-get install postgresql")


class Cluster:
    """One server. `with Cluster() as cluster: cluster.url("name")`; or start() and stop()."""

    def __init__(
        self,
        *,
        durable: bool = False,
        place: Path | None = None,
        settings: Mapping[str, str] | None = None,
        commands: bool = False,
    ) -> None:
        """`place`: the folder that the server's own is made in. `commands`: the server runs ours (archive_command), whose
        Python may lie in a home only root may enter."""
        self.durable, self.place, self.settings, self.commands = (
            durable,
            place,
            dict(settings or {}),
            commands,
        )
        self.folder = Path()
        self._keeper: subprocess.Popen[bytes] | None = None

    def start(self, fill: Callable[[Path], object] | None = None) -> Cluster:
        """Make the folder and the server; returns when it answers. Raises NoPostgres with its log. `fill` puts a data
        folder there that exists already; else it is a new one."""
        bin_folder = programs()
        # A socket's path may have 107 bytes: a long TMPDIR would not do.
        place = self.place or (tempfile.gettempdir() if len(tempfile.gettempdir()) < 60 else None)
        self.folder = Path(tempfile.mkdtemp(prefix="yinuo-pg-", dir=place))
        data = self.folder / "data"
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        (fill or self._initdb)(data)
        settings = ALWAYS | ({} if self.durable else FAST) | self.settings
        options = [f"-c{key}={value}" for key, value in settings.items()]
        command = [str(bin_folder / "postgres"), "-D", str(data), f"-k{self.folder}", *options]
        self._keeper = subprocess.Popen(
            ["/bin/sh", "-c", KEEPER, "keeper", *self.as_owner(command)],
            stdin=subprocess.PIPE,
            env={**os.environ, "FOLDER": str(self.folder)},
            start_new_session=True,  # Ctrl C stops the tests; they stop the server
        )
        self._wait(bin_folder)
        return self

    def stop(self) -> None:
        """Stop the server and remove its folder; a second call does nothing."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None and keeper.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                keeper.stdin.close()
            keeper.wait(timeout=60)

    def restart(self, mode: str) -> None:
        """Stop the server as `pg_ctl` knows to (`immediate`: as by a crash), where it runs, and start it again."""
        control = [
            str(programs() / "pg_ctl"),
            "-D",
            str(self.folder / "data"),
            "-l",
            str(self.folder / "restarts.log"),
        ]
        self._run([*control, "-w", "-s", "-m", mode, "restart"])

    def url(self, name: str) -> str:
        """DATABASE_URL of a database on this server; make it first with `create`."""
        return f"postgresql://postgres@/{quote(name)}?host={quote(str(self.folder), safe='/')}"

    def create(self, name: str) -> str:
        """Make an empty database and return its url."""
        self._run([str(programs() / "createdb"), "-h", str(self.folder), "-U", "postgres", name])
        return self.url(name)

    def copy(self, name: str, to: str) -> str:
        """Make a database as another one is, to which nobody may be connected; return its url."""
        self._run([str(programs() / "createdb"), "-h", str(self.folder), "-U", "postgres", "-T", name, to])
        return self.url(to)

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        self._run([str(programs() / "dropdb"), "-h", str(self.folder), "-U", "postgres", "--force", name])

    def __enter__(self) -> Cluster:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _initdb(self, data: Path) -> None:
        initdb = [str(programs() / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        self._run([*initdb, "--locale=C.UTF-8", *([] if self.durable else ["--no-sync"])])

    def as_owner(self, command: list[str]) -> list[str]:
        """The command as the server's user runs it: never root."""
        if self.commands and os.geteuid() == 0:
            may = ["--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search"]
            return [
                "setpriv",
                "--reuid",
                "postgres",
                "--regid",
                "postgres",
                "--clear-groups",
                *may,
                "--",
                *command,
            ]
        return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command

    def _run(self, command: list[str]) -> None:
        done = subprocess.run(self.as_owner(command), capture_output=True, text=True, cwd=self.folder)
        if done.returncode:
            raise NoPostgres(f"{Path(command[0]).name} failed: {done.stderr.strip() or done.stdout.strip()}")

    def _wait(self, bin_folder: Path, seconds: float = 60) -> None:
        asked = [str(bin_folder / "pg_isready"), "-q", "-h", str(self.folder), "-U", "postgres"]
        until = time.monotonic() + seconds
        while subprocess.run(asked, cwd=self.folder).returncode:
            if time.monotonic() > until:
                log = (self.folder / "log").read_text(errors="replace")[-2000:]
                self.stop()
                raise NoPostgres(f"PostgreSQL did not start within {seconds:.0f} s:\n{log}")
            time.sleep(0.05)
