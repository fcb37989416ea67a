"""A time stamp authority as RFC 3161 means it: OpenSSL behind HTTP, with a root and a certificate of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

CONFIG = """\
[tsa]
default_tsa = own
[own]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""
EXTENSIONS = (
    "basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n"
)


@dataclass
class Authority:
    """`asked` are the queries as they came; `spoil` changes an answer on its way, `status` what HTTP says."""

    folder: Path
    url: str = ""
    status: int = 200
    spoil: bytes | None = None
    asked: list[bytes] = field(default_factory=list)

    @property
    def roots(self) -> Path:
        """Whom to believe, PEM."""
        return self.folder / "root.pem"

    def answer(self, query: bytes) -> bytes:
        """What OpenSSL makes of a query."""
        (self.folder / "query").write_bytes(query)
        _openssl(self.folder, "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query", "-out", "reply")
        return (self.folder / "reply").read_bytes()


@contextmanager
def an_authority(folder: Path) -> Iterator[Authority]:
    """One that answers on loopback while the block runs."""
    folder.mkdir()
    _certified(folder)
    authority = Authority(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            authority.asked.append(query)
            text = authority.spoil if authority.spoil is not None else authority.answer(query)
            self.send_response(authority.status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            """Nothing: the test reads what it needs."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    authority.url = f"http://127.0.0.1:{server.server_port}/stamp"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield authority
    finally:
        server.shutdown()
        server.server_close()


def _certified(folder: Path) -> None:
    (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")
    (folder / "extensions").write_text(EXTENSIONS)
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    root = ("-subj", "/CN=Root of the tests", "-keyout", "root.key", "-out", "root.pem", "-days", "2")
    _openssl(folder, "req", "-x509", *curve, *root, "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    _openssl(
        folder, "req", *curve, "-subj", "/CN=Clock of the tests", "-keyout", "tsa.key", "-out", "tsa.csr"
    )
    signed = (
        "-CA",
        "root.pem",
        "-CAkey",
        "root.key",
        "-CAcreateserial",
        "-days",
        "1",
        "-extfile",
        "extensions",
    )
    _openssl(folder, "x509", "-req", "-in", "tsa.csr", "-out", "tsa.pem", *signed)


def _openssl(folder: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)
