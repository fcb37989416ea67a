"""Known values are planted through every door of a whole bank of its own, seen in full and gathered for the customer, and then looked
for byte by byte in all that it left: the database's file with its log (or a dump of PostgreSQL), facts, logs, exports, pages for errors,
addresses, YINUO_HOME.

The words hold an identity number, the number of a card and an address, as people write them. The ledger takes the words along by
design, numbers masked: the address in them goes out with it, and nothing else of who they are. A file of the same words is handed in, called by a name and a number.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgres import programs

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("欧阳甲种", "欧阳乙种", "欧阳丙种", "欧阳丁种")
PHONES = ("13912340001", "13912340002", "13912340003", "13912340004")
EMAILS = tuple(f"planted{n}@customer.example" for n in range(4))
IDENTITY, CARD, ADDRESS = "11010519491231002X", "6222021234567890128", "种子路八号五单元"
OPENING = "柜台多收了手续费。"
SAID = f"{OPENING}我住{ADDRESS}，身份证{IDENTITY}，卡号{CARD}。植入的话语"
NOTED = "客户补充的植入话语"
LEDGER_IDENTITY = "330106198807061234"
WHO_THEY_ARE = (*NAMES, *PHONES, *EMAILS, IDENTITY, CARD, LEDGER_IDENTITY, ADDRESS)
EVERYTHING = (*WHO_THEY_ARE, "植入的话语", NOTED)

PLANT = """
import json, sys
import django
django.setup()
from django.conf import settings
settings.HOLD_SECONDS = 0
from django.test import Client
from django.test.utils import setup_test_environment
from yinuo.site.prepare import migrate
migrate(verbose=False)
from pathlib import Path
from yinuo.channels.api.auth import make_token
from yinuo.engines.cases.models import Case, Note
from yinuo.packs.complaints import actions
from yinuo.packs.complaints.ledger.load import import_any
from yinuo.packs.complaints.tests.bank import a_bank
from yinuo.packs.complaints.tests.ledger_files import a_csv, a_row
given = json.loads(sys.argv[1])
names, phones, emails, said = given["names"], given["phones"], given["emails"], given["said"]
bank = a_bank()
visited, shown = [], []

def go(client, method, address, *rest, **more):
    answer = getattr(client, method)(address, *rest, **more)
    visited.append(f"{method} {address} {answer.get('Location', '')} {answer.status_code}")
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer, body

customer = Client()
go(customer, "post", "/s/complaint", {"name": names[0], "phone": phones[0], "email": emails[0], "for_whom": "self"} | given["who"])
go(customer, "post", "/s/complaint/draft/what", {"words": said})
from django.core.files.uploadedfile import SimpleUploadedFile
brought = SimpleUploadedFile(f"{names[0]}{phones[0]}.txt", said.encode() * 50, content_type="text/plain")
go(customer, "post", "/s/complaint/files", {"file": brought})
go(customer, "post", "/s/complaint/what", {"words": said} | given["what"])
from yinuo.ground.files.contents import opened as read_file
from yinuo.ground.files.models import StoredFile
kept = StoredFile.objects.get()
assert kept.name == f"{names[0]}{phones[0]}.txt" and said.encode() in read_file(kept).read(), kept.name
answer, _ = go(customer, "post", "/s/complaint/check")
assert answer["Location"] == "/s/complaint/sent", answer["Location"]

desk = Client(raise_request_exception=False)
desk.force_login(bank.handler)
answer, _ = go(desk, "post", "/complaints/new", {"source": "hotline", "name": names[1], "phone": phones[1], "email": emails[1], "words": said})
assert answer.status_code == 302, answer.status_code

program = Client()
token = make_token(bank.handler, bank.centre, name="call centre")
body = {"words": said, "name": names[2], "phone": phones[2], "email": emails[2], "source": "hotline"}
answer, _ = go(program, "post", "/api/v1/complaints", json.dumps(body), content_type="application/json",
               headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "planted-1"})
assert answer.status_code == 201, answer.content
go(program, "post", "/api/v1/complaints", json.dumps(body | {"source": 5}), content_type="application/json",
   headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "planted-2"})

row = a_row(**{"投诉人姓名": names[3], "投诉电话/邮箱": f"{phones[3]} {emails[3]}", "投诉内容": said, "客户地址": "种子路八号五单元"})
sent = a_csv(Path(given["outside"]) / "l.csv", [row])
assert import_any(sent, by=None).new == 1

cases = list(Case.objects.filter(kind="complaints", is_open=True).order_by("number"))
for case in cases:
    page = f"/complaints/{case.number}"
    go(desk, "post", f"{page}/draft", {"form": "note", "text": given["noted"]})
    actions.write_note(case.pk, text=given["noted"], by=bank.handler)
assert Note.objects.count() == len(cases) == 3

secadmin = Client(raise_request_exception=False)
secadmin.force_login(bank.person("secadmin"))
errors = []
for client, address in ((desk, f"/complaints/{names[0]}"), (secadmin, f"/complaints/{cases[0].number}"), (desk, "/nowhere"), (customer, "/s/track/AAAA-AAAA-AAAAA")):
    answer = client.get(address)
    errors.append(answer.content.decode().replace(names[0], "") if names[0] in address else answer.content.decode())
go(desk, "post", f"/complaints/{cases[0].number}/note", {"text": "", "version": 1})

from uuid import uuid4
answer, body = go(desk, "post", f"/persons/of/{cases[0].number}", {"asked": str(uuid4()), "reason": "other", "said": given["noted"]})
assert any(phone in body.decode() for phone in phones), answer.status_code
go(desk, "post", f"/persons/of/{cases[1].number}", {"asked": str(uuid4()), "reason": given["noted"], "said": names[1]})
officer = Client()
officer.force_login(bank.person("compliance"))
go(officer, "post", f"/persons/of/{cases[0].number}/export")
from yinuo.ground.customers.models import PersonExport
from yinuo.ground.jobs.run import run_one
while run_one("planted"):
    pass
assert PersonExport.objects.get().state == "made"

auditor = Client()
auditor.force_login(bank.person("auditor"))
exports = []
for address in ("/complaints/export.csv?view=all", "/complaints/ledger.csv?view=all", "/audit/export/csv?kind=customers.revealed"):
    answer, body = go(auditor, "get", address)
    assert answer.status_code == 200, (address, answer.status_code)
    exports.append(body.decode("utf-8-sig"))
assert len(exports[0].splitlines()) >= 5, exports[0]
from yinuo.site.background import LOOPS, once
for _ in range(3):
    once(LOOPS)
Path(given["outside"], "visited").write_text("\\n".join(visited))
Path(given["outside"], "errors").write_text("\\n".join(errors))
Path(given["outside"], "exports").write_text("\\n".join(exports))
from django.db import connection
opened = [case.complaint.words for case in Case.objects.select_related("complaint").filter(kind="complaints")]
print(connection.vendor, sum("植入的话语" in words for words in opened), flush=True)
import os
os._exit(0)  # without closing the database: the log beside the file is left as a power cut would leave it
"""


def held(text: bytes, values=EVERYTHING) -> list[str]:
    """Which of the values stand in the bytes: as UTF-8, as hexadecimal digits, as JSON escapes them, as UTF-16."""
    lower = text.lower()
    return [
        value
        for value in values
        if value.encode() in text
        or value.encode().hex().encode() in lower
        or json.dumps(value)[1:-1].encode() in text
        or value.encode("utf-16-le") in text
    ]


def dumped(url: str, home: Path) -> bytes:
    """The whole database: a file with its log, or a dump."""
    if url.startswith("sqlite"):
        files = sorted(Path(url.removeprefix("sqlite:///")).parent.glob("own.sqlite3*"))
        return b"".join(path.read_bytes() for path in files)
    done = subprocess.run([programs() / "pg_dump", url], capture_output=True, check=True, cwd=home)
    return done.stdout


@pytest.mark.parametrize("cipher", ["aes-256-gcm", "sm4-gcm"])
def test_what_was_planted_through_every_door_is_found_nowhere(own_database, tmp_path, cipher):
    from yinuo.channels.portal.tests.customer import WHAT, WHO

    home, outside = tmp_path / "home", tmp_path / "outside"
    outside.mkdir()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("YINUO_")} | {
        "DATABASE_URL": own_database,
        "YINUO_HOME": str(home),
        "YINUO_CIPHER": cipher,
        "YINUO_SMTP_URL": "smtp://127.0.0.1:9",
        "YINUO_LOG_FORMAT": "json",
        "DJANGO_SETTINGS_MODULE": "yinuo.site.settings",
        "PYTHONPATH": str(ROOT),
    }
    given = {
        "names": NAMES, "phones": PHONES, "emails": EMAILS, "said": SAID, "noted": NOTED, "outside": str(outside),
        "who": {key: value for key, value in WHO.items() if key not in ("name", "phone", "email")},
        "what": {key: value for key, value in WHAT.items() if key != "words"},
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", PLANT, json.dumps(given)], env=environment, capture_output=True, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    assert done.stdout.split()[-1:] == [b"4"] or b" 4" in done.stdout, (
        "what was planted can be read by the bank"
    )
    database = dumped(own_database, tmp_path)
    assert b"complaints.received" in database
    assert b"NORTH" in database
    assert held(database) == []
    assert held(done.stdout + done.stderr, WHO_THEY_ARE) == []
    for path in home.rglob("*"):
        if path.is_file():
            assert held(path.read_bytes()) == [], path.name
    for name in ("visited", "errors", "exports"):
        values = [each for each in WHO_THEY_ARE if each != ADDRESS] if name == "exports" else EVERYTHING
        assert held((outside / name).read_bytes(), values) == [], name


def test_the_search_finds_what_is_there():
    for shape in (
        SAID.encode(),
        b"\\x" + NAMES[0].encode().hex().encode(),
        json.dumps({"name": NAMES[0]}).encode(),
        NAMES[0].encode("utf-16-le"),
    ):
        assert held(shape)
    assert held(b"nothing of theirs") == []
