"""The proof of one case: a folder that anybody can check with one file of Python, without us and without a database.

It holds no words, no names and no addresses: facts have none, letters and files stand there by their hash.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from importlib.resources import files
from typing import Any
from uuid import UUID

from django.utils import timezone

from yinuo.engines.cases.models import Case, Clock
from yinuo.engines.editions.models import Edition
from yinuo.facts import canonical, seals
from yinuo.facts.evidence import Evidence, evidence
from yinuo.facts.models import Fact
from yinuo.ground.files.models import StoredFile
from yinuo.ground.outbox.models import Letter
from yinuo.web.evidence.page import pages

EDITION_FACTS = ("editions.drafted", "editions.approved", "editions.retirement_asked", "editions.retired")


def proof_of(case: Case) -> dict[str, bytes]:
    """Every file of the proof by its path in the folder. NotSettled where facts wait for their place."""
    now = timezone.now()
    editions = _editions(case)
    own = list(Fact.objects.filter(case_id=case.pk).values_list("id", flat=True))
    shown = evidence([*own, *_facts_of(editions)])
    facts = [json.loads(line) for line in shown.lines]
    content = {
        "facts.jsonl": "".join(f"{line}\n" for line in shown.lines).encode(),
        "places.json": _json(shown.places),
        **_texts(editions, facts),
        "clocks.json": _json(_clocks(case, facts)),
        "letters.json": _json([_letter(letter) for letter in _letters(case)]),
        "files.json": _json([_file(file) for file in _files(case)]),
        **_stamped(shown),
        **pages(case, facts, [place["seq"] for place in shown.places], now),
        "README.txt": files("yinuo.web.evidence").joinpath("content/README.txt").read_bytes(),
        "verify.py": files("yinuo.facts").joinpath("verifier.py").read_bytes(),
        "public-key.txt": f"{seals.public_key()}\n".encode(),
    }
    stated = _json(_statement(case, shown, len(own), content, now))
    return {**content, "proof.json": stated, "proof.sig": f"{seals.seal(stated)}\n".encode()}


def zipped(content: Mapping[str, bytes], folder: str) -> bytes:
    """The same as one file, below a folder of that name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(content.items()):
            archive.writestr(f"{folder}/{name}", text)
    return out.getvalue()


def _statement(
    case: Case, shown: Evidence, own: int, content: Mapping[str, bytes], now: datetime
) -> dict[str, Any]:
    return {
        "what": "yinuo.proof/1",
        "case": str(case.pk),
        "number": case.number,
        "facts": own,
        "head": shown.head_said(),
        "files": {name: canonical.digest_of(text) for name, text in content.items()},
        "made_at": canonical.instant(now),
    }


def _stamped(shown: Evidence) -> dict[str, bytes]:
    """The head as it left the house, and the answer of the authority that signed the time."""
    if shown.stamp is None:
        return {}
    return {"stamp.json": shown.stamp.stated.encode(), "stamp.tsr": bytes(shown.stamp.token)}


def _editions(case: Case) -> list[Edition]:
    """What judged it: process, promises and calendar of today and of every verdict and change-over before."""
    ids = {case.process_id, case.promises_id, case.calendar_id}
    ids |= {clock.calendar_id for clock in case.clocks.all() if clock.calendar_id}
    for fact in Fact.objects.filter(case_id=case.pk):
        ids |= {UUID(fact.data[name]) for name in ("edition", "was", "calendar") if _is_id(fact, name)}
    return list(Edition.objects.filter(pk__in=ids).order_by("kind", "key", "number"))


def _is_id(fact: Fact, name: str) -> bool:
    return fact.kind.startswith(("clock.", "cases.changed_over")) and len(fact.data.get(name) or "") == 36


def _facts_of(editions: Iterable[Edition]) -> list[UUID]:
    """The facts that tell of these editions, with the digests of their texts."""
    wanted = {(each.kind, each.key, each.number) for each in editions}
    return [
        fact.pk
        for fact in Fact.objects.filter(kind__in=EDITION_FACTS)
        if (fact.data["edition_kind"], fact.data["key"], fact.data["number"]) in wanted
    ]


def _texts(editions: Iterable[Edition], facts: list[dict[str, Any]]) -> dict[str, bytes]:
    told = {
        (fact["data"]["edition_kind"], fact["data"]["key"], fact["data"]["number"], fact["data"]["digest"])
        for fact in facts
        if fact["kind"] in EDITION_FACTS
    }
    listed, content = [], dict[str, bytes]()
    for each in editions:
        name = f"editions/{each.kind}-{each.key}-{each.number}.txt"
        content[name] = each.content.encode()
        said = {"id": str(each.pk), "kind": each.kind, "key": each.key, "number": each.number}
        is_told = (each.kind, each.key, each.number, each.digest) in told
        listed.append(said | {"digest": each.digest, "file": name, "told": is_told})
    return {"editions.json": _json(listed), **content}


def _clocks(case: Case, facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    judged = {
        fact["data"]["promise"]: fact["data"]["verdict"]
        for fact in facts
        if fact["kind"] == "clock.judged" and fact["case"] == str(case.pk)
    }
    return [_clock(clock, judged.get(clock.promise)) for clock in case.clocks.order_by("position", "promise")]


def _clock(clock: Clock, judged: str | None) -> dict[str, Any]:
    times = ("started_at", "due_at", "nominal_due_at", "stopped_at", "judged_at")
    said = {name: canonical.instant(at) if (at := getattr(clock, name)) else None for name in times}
    paused = {"paused_minutes": clock.paused_minutes, "stated": clock.stated}
    return {"promise": clock.promise, "status": clock.status, "judged": judged, **said, **paused}


def _letters(case: Case) -> Iterable[Letter]:
    return Letter.objects.filter(case_id=case.pk).order_by("created_at", "id")


def _letter(letter: Letter) -> dict[str, Any]:
    """Told by the hash of its sealed text, which is all there is without the customer's key."""
    sent = canonical.instant(letter.sent_at) if letter.sent_at else None
    return {
        "id": str(letter.pk),
        "template": letter.template,
        "channel": letter.channel,
        "language": letter.language,
        "state": letter.state,
        "created_at": canonical.instant(letter.created_at),
        "sent_at": sent,
        "sealed": canonical.digest_of(bytes(letter.body_ct)),
    }


def _files(case: Case) -> Iterable[StoredFile]:
    return StoredFile.objects.filter(owner_kind="case", owner_id=case.pk).order_by("uploaded_at", "id")


def _file(file: StoredFile) -> dict[str, Any]:
    """Without its name: people write names of persons into it."""
    at = canonical.instant(file.uploaded_at)
    return {"id": str(file.pk), "sha256": file.digest, "size": file.size, "uploaded_at": at}


def _json(value: Any) -> bytes:
    return canonical.dumps(value).encode()
