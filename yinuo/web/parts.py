"""The small records that components draw. A page fills them; it never writes their markup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from yinuo.ground.files.models import Scan, StoredFile


@dataclass(frozen=True, slots=True)
class Tab:
    """A saved view or a segment. `count` above 1,000 reads "1,000+"; `tone`: "" | bad | warn."""

    label: str
    url: str
    count: int | None = None
    current: bool = False
    tone: str = ""


@dataclass(frozen=True, slots=True)
class StepMark:
    """One step of a process on its stepper. `state`: done | now | todo."""

    name: str
    state: str
    dwell: str = ""
    who: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class DayMark:
    """One day of "why this date"; DayNote of worktime has the same fields.

    `kind`: day0 | counted | holiday | rest | working_weekend | rolled | paused.
    """

    day: date
    kind: str
    number: int | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Reckoning:
    """One line beside the calendar: what, result, small print."""

    label: str
    text: str
    note: str = ""
    strong: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """Everything the panel "why this date" shows."""

    due: datetime
    days: Sequence[DayMark]
    lines: Sequence[Reckoning] = ()
    unconfirmed: bool = False


@dataclass(frozen=True, slots=True)
class CaseClock:
    """One cell of the clock bar; `state`, `due`, `left`, `unit`, `warn`, `note` as in
    `clockface.clock_face`."""

    key: str
    label: str
    state: str
    due: datetime | None = None
    left: float | None = None
    unit: str = "natural"
    warn: datetime | None = None
    note: str = ""
    due_text: str = ""
    remark: str = ""
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline. `kind`: customer | staff | approval | clock | system."""

    at: datetime
    kind: str
    text: str
    by: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Gate:
    """Something that must be done first; `url` leads to its cure, `note` says who or when."""

    text: str
    done: bool = False
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A label and its value in a list of facts."""

    label: str
    value: object
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is looking, or one pair of eyes of an approval. `state`: "" | done | now | todo."""

    name: str
    note: str = ""
    role: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class FileMark:
    """A file in a list. `state`: stored | sending | refused; `percent` while sending; `note` replaces the
    state's words."""

    name: str
    size: int | None = None
    state: str = "stored"
    percent: int = 0
    note: str = ""
    url: str = ""
    remove_url: str = ""
    remove_value: str = ""

    @classmethod
    def of(cls, file: StoredFile, *, downloads: bool = False, remove_url: str = "") -> FileMark:
        """A stored file; `downloads`: with the way to have it, unless nobody may yet, or ever."""
        notes = {
            Scan.WAITING: _("Waits to be checked for malware"),
            Scan.INFECTED: _("Malware was found: nobody gets it"),
        }
        return cls(
            file.name,
            file.size,
            state="refused" if file.scan == Scan.INFECTED else "stored",
            note=str(notes.get(Scan(file.scan), "")),
            url=file.url if downloads and file.is_given else "",
            remove_url=remove_url,
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two people changed at once."""

    label: str
    theirs: str
    yours: str


@dataclass(frozen=True, slots=True)
class Crumb:
    """A place above this page; the last one has no url."""

    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """A shortcut in the hint bar; `keys` as a person reads them: "J K", "Enter"."""

    keys: str
    label: str


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Previous and next in the same filtered list; `place` such as "No. 5"."""

    previous_url: str = ""
    next_url: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class NextStep:
    """The one legal next step. With unmet gates the button is off and lists them.

    `url` + `method` post a form; `form` is the id of a form on the page instead.
    """

    label: str
    url: str = ""
    icon: str = "send"
    key: str = "s"
    unmet: Sequence[Gate] = field(default_factory=tuple)
    method: str = "get"
    form: str = ""
