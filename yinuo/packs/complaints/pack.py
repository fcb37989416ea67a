"""The declaration: what complaints are, who may do what, which facts they leave."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yinuo.engines.cases.approvals import approval_name, declare_approval
from yinuo.engines.cases.kinds import CaseKind, declare_case_kind
from yinuo.engines.cases.timeline import CLOCK, CUSTOMER, STAFF, SYSTEM, Phrase, declare_phrase
from yinuo.engines.editions import shelf
from yinuo.engines.editions.kinds import EditionKind, declare_kind
from yinuo.facts.kinds import (
    Code,
    Codes,
    Day,
    Digest,
    FactKind,
    Flag,
    Id,
    Instant,
    Integer,
    Optional_,
    declare,
)
from yinuo.ground.access.verbs import Verb, declare_verb
from yinuo.ground.terms.lists import all_codes, label, parse_terms
from yinuo.packs.complaints import belonging, people
from yinuo.packs.complaints.imports.mapping import Mapping as Mapping_
from yinuo.packs.complaints.imports.mapping import parse_mapping
from yinuo.packs.complaints.joint import parse_joint
from yinuo.packs.complaints.ledger.layout import parse_ledger
from yinuo.packs.complaints.limits import parse_limits
from yinuo.web.formats import money
from yinuo.web.navigation import NavItem, declare_nav
from yinuo.web.palette import Command, declare_command

CONTENT = Path(__file__).parent / "content"


def traits(case: Any) -> Mapping[str, str]:
    """What promises may ask of a complaint in their `when`."""
    complaint = case.complaint
    return {"level": complaint.level, "source": complaint.source, "origin": case.origin}


KIND = CaseKind(
    key="complaints",
    name=_("Complaint"),
    series="TS",
    view="complaints.view",
    url=lambda number: f"/complaints/{number}",
    received="complaints.received",
    closed="complaints.closed",
    traits=traits,
    traits_from=("complaint",),
    heads=("lead", "branch_head", "quality_head", "president"),
)

HANDLERS = ("handler", "lead")
NOTERS = ("officer", *HANDLERS, "quality_head", "compliance", "branch_head")
WATCHERS = (*NOTERS, "president", "auditor", "reviewer")  # these three see and write nothing

VERBS = (
    Verb("complaints.view", _("See complaints"), WATCHERS),
    Verb("complaints.register", _("Register a complaint"), ("officer", *HANDLERS)),
    Verb("complaints.handle", _("Handle complaints"), HANDLERS),
    Verb("complaints.note", _("Write notes on complaints"), NOTERS),
    Verb(
        "complaints.recuse", _("Say who is complained of"), ("handler", "lead", "quality_head", "compliance")
    ),
    Verb("complaints.extend", _("Decide on extensions of complaints"), ("quality_head", "branch_head")),
    Verb("complaints.redress", _("Decide on redress"), ("lead", "branch_head", "quality_head")),
    Verb("complaints.reopen", _("Open ended complaints again"), ("lead", "quality_head")),
    Verb("complaints.assign", _("Assign complaints"), ("lead", "quality_head")),
    Verb("complaints.export", _("Export complaints"), (*HANDLERS, "quality_head", "compliance", "auditor")),
    Verb(
        "complaints.prove",
        _("Take the proof of a complaint along"),
        ("quality_head", "compliance", "auditor"),
    ),
    Verb("complaints.import", _("Import complaints from a file"), ("lead", "quality_head")),
)

REDRESS = {"redress": Id, "term": Code, "amount": Integer, "currency": Code}
EXTENDED = {"approval": Id, "until": Instant, "letter": Optional_(Id)}
FACTS = (
    FactKind(
        "complaints.received",
        case=True,
        fields={
            "source": Code,
            "words": Optional_(Digest),
            "requests": Codes,
            "amount": Optional_(Integer),
            "files": Integer,
        },
    ),
    FactKind("complaints.accepted", case=True, fields={"handler": Id}),
    FactKind(
        "complaints.graded",
        case=True,
        fields={"level": Code, "business": Code, "cause": Code, "matters": Integer},
    ),
    FactKind("complaints.concluded", case=True, fields={"matter": Integer, "conclusion": Code}),
    FactKind("complaints.asked", case=True, fields={"letter": Optional_(Id)}),
    FactKind("complaints.supplemented", case=True, fields={"words": Optional_(Digest), "files": Integer}),
    FactKind("complaints.withheld", case=True, fields={}),
    FactKind("complaints.answered", case=True, fields={"letter": Optional_(Id), "words": Optional_(Digest)}),
    FactKind("complaints.extended", case=True, fields=EXTENDED),
    FactKind("complaints.extended_again", case=True, fields=EXTENDED),
    FactKind("complaints.redress_proposed", case=True, fields=REDRESS),
    FactKind("complaints.redressed", case=True, fields={**REDRESS, "approval": Optional_(Id)}),
    FactKind("complaints.overdue_explained", case=True, fields={"promise": Code, "reason": Code}),
    FactKind("complaints.closed", case=True, fields={"days": Integer, "minutes": Integer}),
    FactKind(
        "complaints.withdrawn",
        case=True,
        fields={"by_customer": Flag, "letter": Optional_(Id), "words": Optional_(Digest)},
    ),
    FactKind(
        "complaints.refused",
        case=True,
        fields={"reason": Code, "letter": Optional_(Id), "words": Optional_(Digest)},
    ),
    FactKind("complaints.reopened", case=True, fields={"reason": Code, "ending": Code}),
    FactKind("complaints.called_back", case=True, fields={"call_back": Id, "outcome": Code}),
    FactKind("complaints.review_asked", case=True, fields={"review": Id}),
    FactKind("complaints.reviewed", case=True, fields={"review": Id, "outcome": Code}),
    FactKind("complaints.exported", fields={"format": Code}),
    FactKind("complaints.proven", case=True, fields={"facts": Integer}),
    FactKind("complaints.forwarded", case=True, fields={"source": Code}),
    FactKind(
        "complaints.imported",
        case=True,
        fields={
            "file": Digest,
            "row": Integer,
            "mapping": Id,
            "outcome": Optional_(Code),
            "timely": Optional_(Flag),
            "received": Day,
            "ended": Optional_(Day),
        },
    ),
    *people.FACTS,
    *belonging.FACTS,
)

PHRASES = {
    **people.PHRASES,
    "complaints.received": Phrase(CUSTOMER, _("Complained")),
    "complaints.accepted": Phrase(STAFF, _("%(who)s confirmed receipt")),
    "complaints.graded": Phrase(
        STAFF,
        _("%(who)s graded it %(level)s: %(business)s, %(cause)s"),
        lambda data: {
            "level": label("complaint_level", data["level"]),
            "business": label("complaint_business", data["business"]),
            "cause": label("complaint_cause", data["cause"]),
        },
    ),
    "complaints.concluded": Phrase(
        STAFF,
        _("%(who)s concluded matter %(matter)s: %(conclusion)s"),
        lambda data: {"matter": data["matter"], "conclusion": _conclusion(data["conclusion"])},
    ),
    "complaints.asked": Phrase(STAFF, _("%(who)s asked the customer; the internal limit pauses")),
    "complaints.supplemented": Phrase(CUSTOMER, _("The customer added something")),
    "complaints.withheld": Phrase(STAFF, _("%(who)s goes on without the customer's reply")),
    "complaints.answered": Phrase(STAFF, _("%(who)s answered the customer")),
    "complaints.extended": Phrase(
        STAFF,
        _("%(who)s extended the legal limit to %(until)s"),
        lambda data: {"until": _until(data["until"])},
    ),
    "complaints.extended_again": Phrase(
        STAFF,
        _("%(who)s extended the legal limit once more, to %(until)s"),
        lambda data: {"until": _until(data["until"])},
    ),
    "complaints.overdue_explained": Phrase(
        STAFF,
        _("%(who)s said why it takes longer than the first limit: %(reason)s"),
        lambda data: {"reason": label("complaint_overdue", data["reason"])},
    ),
    "complaints.redress_proposed": Phrase(
        STAFF, _("%(who)s proposed a redress of %(money)s: %(kind)s"), lambda data: _redress(data)
    ),
    "complaints.redressed": Phrase(
        STAFF, _("%(who)s granted a redress of %(money)s: %(kind)s"), lambda data: _redress(data)
    ),
    "cases.approval_asked": Phrase(
        STAFF, _("%(who)s asked for a decision: %(what)s"), lambda data: {"what": approval_name(data["what"])}
    ),
    "cases.approval_decided": Phrase(
        STAFF,
        _("%(who)s decided on %(what)s: %(decision)s"),
        lambda data: {
            "what": approval_name(data["what"]),
            "decision": _("granted") if data["granted"] else _("refused"),
        },
    ),
    "complaints.closed": Phrase(
        STAFF, _("%(who)s closed it after %(days)s working days"), lambda data: {"days": data["days"]}
    ),
    "complaints.withdrawn": Phrase(
        STAFF,
        _("Withdrawn: %(how)s"),
        lambda data: {
            "how": _("by the customer, on the tracking page")
            if data["by_customer"]
            else _("on the customer's word")
        },
    ),
    "complaints.refused": Phrase(
        STAFF,
        _("%(who)s did not accept it: %(reason)s"),
        lambda data: {"reason": label("complaint_refusal", data["reason"])},
    ),
    "complaints.reopened": Phrase(
        STAFF,
        _("%(who)s opened it again: %(reason)s"),
        lambda data: {"reason": label("complaint_reopening", data["reason"])},
    ),
    "cases.approval_lapsed": Phrase(
        SYSTEM,
        _("No decision any more on %(what)s: it ended first"),
        lambda data: {"what": approval_name(data["what"])},
    ),
    "complaints.called_back": Phrase(
        SYSTEM, _("Called back: %(outcome)s"), lambda data: {"outcome": _called_back(data["outcome"])}
    ),
    "complaints.review_asked": Phrase(CUSTOMER, _("A review of the answer was asked for")),
    "complaints.reviewed": Phrase(
        STAFF,
        _("%(who)s reviewed the answer: %(outcome)s"),
        lambda data: {"outcome": _reviewed(data["outcome"])},
    ),
    "complaints.proven": Phrase(STAFF, _("%(who)s took its proof along")),
    "complaints.forwarded": Phrase(SYSTEM, _("Forwarded by the regulator")),
    "complaints.imported": Phrase(
        SYSTEM, _("Read from row %(row)s of a file"), lambda data: {"row": data["row"]}
    ),
    "cases.assigned": Phrase(STAFF, _("Given to %(to)s")),
    "cases.recused": Phrase(
        STAFF,
        _("%(who)s had %(person)s stand aside: %(ground)s"),
        lambda data: {"ground": label("complaint_recusal", data["ground"])},
    ),
    "cases.released": Phrase(SYSTEM, _("Taken from %(person)s, to be claimed by a colleague")),
    "cases.noted": Phrase(STAFF, _("Wrote"), note="note"),
    "cases.changed_over": Phrase(
        SYSTEM,
        _("Goes on by edition %(number)s of its process, no longer by edition %(was)s; no limit moves"),
        lambda data: {"number": data["number"], "was": data["was_number"]},
    ),
    "clock.judged": Phrase(
        CLOCK,
        _("Promise “%(promise)s”: %(verdict)s"),
        lambda data: {"promise": _promise(data), "verdict": _verdict(data["verdict"])},
    ),
    "clock.moved": Phrase(
        CLOCK,
        _("The working calendar changed: “%(promise)s” is due on %(due)s, no longer on %(was)s"),
        lambda data: {"promise": _promise(data), "due": _minute(data["due"]), "was": _minute(data["was"])},
    ),
    "clock.climbed": Phrase(
        CLOCK,
        _("Promise “%(promise)s”, rung %(rung)s of the ladder, told: %(told)s"),
        lambda data: {"promise": _promise(data), "rung": data["rung"]},
    ),
    "clock.acknowledged": Phrase(
        STAFF,
        _("%(who)s acknowledged rung %(rung)s of “%(promise)s”"),
        lambda data: {"promise": _promise(data), "rung": data["rung"]},
        note="note",
    ),
    **belonging.PHRASES,
}


def money_words(minor: int, currency: str) -> str:
    """An amount with its currency, in the reader's language."""
    return (
        _("%(amount)s yuan") % {"amount": money(minor)} if currency == "CNY" else f"{money(minor)} {currency}"
    )


def _redress(data: Mapping[str, Any]) -> Mapping[str, Any]:
    amount = money_words(data["amount"], data["currency"])
    return {"money": amount, "kind": label("complaint_redress", data["term"])}


def _conclusion(code: str) -> str:
    from yinuo.packs.complaints.models import Matter

    return str(Matter.Conclusion(code).label)


def _until(text: str) -> str:
    return timezone.localtime(datetime.fromisoformat(text)).strftime("%Y-%m-%d")


def _minute(text: str) -> str:
    return timezone.localtime(datetime.fromisoformat(text)).strftime("%Y-%m-%d %H:%M")


def _verdict(code: str) -> str:
    from yinuo.engines.cases.models import Clock

    return str(Clock.Status(code).label)


def _called_back(code: str) -> str:
    from yinuo.packs.complaints.models import CalledBack

    return str(CalledBack(code).label)


def _reviewed(code: str) -> str:
    """How a review ended, as the timeline calls it; a code without words shows as it is."""
    return str({"upheld": _("it stands"), "changed": _("a new one is due")}.get(code, code))


def _promise(data: Mapping[str, Any]) -> str:
    """The promise's name in the edition that judged it; a key that is not there shows as it is."""
    promises = shelf.parsed(shelf.by_id(UUID(data["edition"])))
    return next(
        (str(promise.name) for promise in promises if promise.key == data["promise"]), data["promise"]
    )


def import_complaints(file: Path, *, dry_run: bool, errors: Path | None) -> int:
    """The importer of the command line; loaded when it is asked for."""
    from yinuo.packs.complaints.imports.command import from_command_line

    return from_command_line(file, dry_run=dry_run, errors=errors)


IMPORTERS = {"complaints": import_complaints}


def read_mapping(text: str) -> Mapping_:
    """A mapping edition, its codes checked against today's lists."""
    return parse_mapping(text, all_codes())


def check_mapping(text: str) -> Mapping_:
    """A shipped mapping, its codes checked against the lists that ship beside it."""
    lists = parse_terms((CONTENT / "terms.toml").read_text(encoding="utf-8"))
    return parse_mapping(text, {each.key: {term.code for term in each.terms} for each in lists})


def declare_facts() -> None:
    """Make the facts of complaints known to the gate."""
    for kind in FACTS:
        declare(kind)


def declare_all() -> None:
    """Everything the floors below must know of this pack; called once when Django starts."""
    declare_case_kind(KIND)
    for verb in VERBS:
        declare_verb(verb)
    declare_facts()
    declare_kind(EditionKind("redress", parse_limits, scoped=True))
    declare_kind(EditionKind("joint", parse_joint))
    declare_kind(EditionKind("ledger", parse_ledger))
    declare_kind(EditionKind("mapping", read_mapping, check=check_mapping))
    for kind, phrase in PHRASES.items():
        declare_phrase(kind, phrase)
    declare_approval("extension", _("more time"))
    declare_approval("redress", _("redress"))
    declare_nav(
        NavItem("voice", _("Complaints"), "complaints:list", "file-alert", KIND.view, below=("/complaints",))
    )
    declare_nav(NavItem("output", _("Statement"), "complaints:statement", "report", KIND.view, tab=False))
    declare_command(
        Command("complaints.new", _("Register a complaint"), "complaints:new", verb="complaints.register")
    )
    declare_command(
        Command("complaints.next", _("Work on the next one"), "complaints:next", verb="complaints.handle")
    )
    declare_command(Command("complaints.bulk", _("Earlier bulk acts"), "complaints:bulk", verb=KIND.view))
    declare_command(
        Command("complaints.statement", _("Complaint statement"), "complaints:statement", verb=KIND.view)
    )
