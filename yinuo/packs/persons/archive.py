"""The file that a customer gets: what each holding tells, for people in their language and for programs as JSON, and their files.

An AES-256 ZIP, as every current archiver opens it, under a password of 120 random bits.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import secrets
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

import pyzipper  # type: ignore[import-untyped]
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override

from yinuo.ground.customers import exports
from yinuo.ground.customers.holdings import HOLDINGS, Holding
from yinuo.ground.customers.models import PersonExport
from yinuo.ground.files.contents import opened
from yinuo.ground.files.store import FileDamaged
from yinuo.ground.jobs.context import JobContext
from yinuo.ground.vault.hand import keys_at_hand
from yinuo.web.formats import moment

MAKE, EXPIRE = "persons.export", "persons.expire_exports"
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is taken for another when it is read out


def make(context: JobContext, export: str) -> dict[str, int]:
    """The job: gather, write, keep. Run again after a crash, it begins anew under another password."""
    wanted = PersonExport.objects.select_related("customer").get(pk=UUID(export))
    if wanted.state != PersonExport.State.ASKED:
        return {}
    password = "-".join("".join(secrets.choice(LETTERS) for _n in range(6)) for _m in range(4))
    with keys_at_hand(), override(wanted.customer.language):
        content, told, files = archive(wanted.customer_id, password)
    written(exports.path_of(wanted.pk), content)
    exports.keep(
        wanted.pk, password=password, sha256=hashlib.sha256(content).hexdigest(), told=told, files=files
    )
    context.progress(1, 1)
    return {"rows": sum(told.values()), "files": files}


def expire(context: JobContext) -> dict[str, int]:
    """The job that comes every hour: what is past its week goes."""
    return {"expired": exports.expire()}


def archive(customer_id: UUID, password: str) -> tuple[bytes, dict[str, int], int]:
    """The bytes of the file, how many rows of each holding are in it, and how many uploads."""
    whole = io.BytesIO()
    told: dict[str, int] = {}
    gathered: dict[str, list[dict[str, Any]]] = {}
    uploads = 0
    with pyzipper.AESZipFile(
        whole, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as into:
        into.setpassword(password.encode())
        into.setencryption(pyzipper.WZ_AES, nbits=256)
        for holding in HOLDINGS.values():
            gathered[holding.key] = [dict(row) for row in holding.rows(customer_id)]
            told[holding.key] = len(gathered[holding.key])
            uploads += _uploads(into, holding, customer_id)
        into.writestr("data.json", json.dumps(gathered, default=_plain, ensure_ascii=False, indent=1))
        into.writestr("data.html", page(gathered))
    return whole.getvalue(), told, uploads


def page(gathered: dict[str, list[dict[str, Any]]]) -> str:
    """The same for people, in the language that is on."""
    parts = [
        (str(HOLDINGS[key].name), [str(name) for name in HOLDINGS[key].columns.values()], _cells(key, rows))
        for key, rows in gathered.items()
        if rows
    ]
    return render_to_string("persons/everything.html", {"parts": parts, "at": moment(timezone.now())})


def written(path: Any, content: bytes) -> None:
    """Whole or not at all, for our eyes only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(f".{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    draft.rename(path)


def _cells(key: str, rows: list[dict[str, Any]]) -> list[list[str]]:
    holding: Holding = HOLDINGS[key]
    return [[_shown(row.get(name)) for name in holding.columns] for row in rows]


def _shown(value: Any) -> str:
    if isinstance(value, datetime):
        return moment(value)
    if value is None or value == "":
        return "–"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=_plain)
    return str(value)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _uploads(into: Any, holding: Holding, customer_id: UUID) -> int:
    """Their bytes under their number: names in a ZIP are not encrypted, and people write names of persons into them."""
    count = 0
    for number, file in enumerate(holding.files(customer_id) if holding.files else (), 1):
        if not file.is_given:
            continue
        place = f"{holding.key}/{number:03}"
        try:
            with opened(file) as stream:
                into.writestr(place + _ending(file.name), stream.read())
        except FileDamaged:
            into.writestr(f"{place}-missing.txt", b"")
        count += 1
    return count


def _ending(name: str) -> str:
    """What says how to open it."""
    ending = PurePosixPath(name).suffix.lower()
    return ending if re.fullmatch(r"\.[a-z0-9]{1,5}", ending) else ""
