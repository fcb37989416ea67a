"""The clocks of any case as its page draws them: what is left, until when, and why that is the date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yinuo.engines.cases.models import Case, Clock
from yinuo.engines.editions import shelf
from yinuo.engines.promises.fold import ClockState
from yinuo.engines.promises.limits import Given
from yinuo.engines.promises.promise import Promise
from yinuo.ground.worktime import Calendar, Span, Until
from yinuo.web.clockface import ClockFace, badge_state, clock_face
from yinuo.web.formats import day, day_short, duration, moment_short, working
from yinuo.web.parts import CaseClock, DayMark, Reckoning, Why


def case_clocks(case: Case, states: Mapping[str, ClockState], now: datetime) -> list[CaseClock]:
    """The clocks in the order of their promises, each with why its date is what it is; `states` as folded at `now`."""
    promises = {promise.key: promise for promise in shelf.parsed(shelf.by_id(case.promises_id))}
    calendar: Calendar = shelf.parsed(shelf.by_id(case.calendar_id))
    clocks = sorted(case.clocks.all(), key=lambda clock: clock.position)
    return [
        _case_clock(clock, promises[clock.promise], states.get(clock.promise), calendar, now)
        for clock in clocks
        if clock.promise in promises
    ]


def _case_clock(
    clock: Clock, promise: Promise, state: ClockState | None, calendar: Calendar, now: datetime
) -> CaseClock:
    within = state.within if state and state.within else promise.within
    label = f"{promise.name} · {span_words(within)}"
    if clock.stated or state is None:
        return _stated_clock(clock, label)
    why = _why(state, promise) if state.due_at else None
    return CaseClock(
        key=promise.key,
        label=label,
        state=_badge(state, now),
        due=state.due_at,
        left=minutes_left(promise, calendar, state.due_at, state.stopped_at or now),
        unit="working" if promise.within.working else "natural",
        warn=state.warn_at,
        note=_("waiting for the customer") if state.status == "paused" else "",
        due_text=_lapsed(state),
        remark=_remark(promise, state),
        why=why,
    )


def _badge(state: ClockState, now: datetime) -> str:
    """As the badge names it; broken and stopped is late, told quietly for nothing can be done any more."""
    if state.status == "broken" and state.stopped_at:
        return "late"
    return badge_state(state.status, due_at=state.due_at, warn_at=state.warn_at, now=now)


def _lapsed(state: ClockState) -> str:
    """Since when nobody waits for it, in place of a due time that is of no account any more."""
    if state.status != "lapsed":
        return ""
    return _("on %(at)s, neither kept nor broken") % {"at": moment_short(state.stopped_at)}


def _stated_clock(clock: Clock, label: str) -> CaseClock:
    """A verdict that an imported file states: when it was answered stays unknown."""
    remark = {
        "kept": _("The file states: in time; when, it does not say"),
        "broken": _("The file states: late; how late, it does not say"),
    }.get(clock.status, _("The file does not say whether in time"))
    told = {"kept": _("Kept in time"), "broken": "--"}.get(clock.status, "")
    state = {"kept": "kept", "broken": "bad"}.get(clock.status, "unknown")
    due_text = _("due %(day)s") % {"day": day_short(timezone.localdate(clock.due_at))} if clock.due_at else ""
    return CaseClock(clock.promise, label, state, None, note=told, due_text=due_text, remark=remark)


def list_badge(clock: Clock, case: Case, now: datetime) -> ClockFace:
    """A stored clock as the badge of a line in a list; one whose promise its edition no longer has, as unknown."""
    promises = {promise.key: promise for promise in shelf.parsed(shelf.by_id(case.promises_id))}
    if clock.promise not in promises:
        return clock_face("unknown", now=now)
    return promised_badge(clock, promises[clock.promise], shelf.parsed(shelf.by_id(case.calendar_id)), now)


def promised_badge(clock: Clock, promise: Promise, calendar: Calendar, now: datetime) -> ClockFace:
    """The same for a clock whose promise and calendar are in hand."""
    if clock.stated:
        told = {"kept": _("kept, as stated"), "broken": _("late, as stated")}.get(clock.status, "")
        return clock_face("kept" if told else "unknown", None, now=now, note=told)
    state = badge_state(clock.status, due_at=clock.due_at, warn_at=clock.warn_at, now=now)
    if state == "lapsed":
        return clock_face("lapsed", now=now)
    if state == "kept":
        return clock_face("kept", clock.due_at, now=now, note=_("kept"))
    left = minutes_left(promise, calendar, clock.due_at, clock.stopped_at or now)
    unit = "working" if promise.within.working else "natural"
    state = "late" if clock.stopped_at else state
    return clock_face(state, clock.due_at, now=now, left=left, unit=unit, warn=clock.warn_at, short=True)


def minutes_left(
    promise: Promise, calendar: Calendar, due_at: datetime | None, until: datetime
) -> float | None:
    """Minutes left in the promise's own time, negative when over; None without a due time."""
    if due_at is None:
        return None
    if not promise.within.working:
        return (due_at - until).total_seconds() / 60
    if until <= due_at:
        return float(calendar.working_minutes(until, due_at))
    return -float(max(1, calendar.working_minutes(due_at, until)))


def _remark(promise: Promise, state: ClockState) -> str:
    """Small print under the clock: source unconfirmed, rolled over a rest day, pauses."""
    said = []
    if not promise.confirmed:
        said.append(_("source not yet confirmed: %(source)s") % {"source": promise.source})
    if state.nominal_due_at and state.due_at and state.nominal_due_at.date() != state.due_at.date():
        said.append(_rolled(state, day_short(state.nominal_due_at.date())))
    if isinstance(state.within, Span) and state.within != promise.within:
        said.append(_("extended, at first %(span)s") % {"span": span_words(promise.within)})
    if state.paused_minutes:
        said.append(_("paused for %(time)s in all") % {"time": _paused(state, promise)})
    return _("; ").join(said)


def _rolled(state: ClockState, nominal: str) -> str:
    """Why it is due on a later day than the one it was to end on."""
    if isinstance(state.within, Until) and state.nominal_due_at and state.nominal_due_at <= state.within.said:
        return _("set after close of business on %(day)s, so the next working day counts") % {"day": nominal}
    return _("ends on a rest day %(day)s, rolls on") % {"day": nominal}


def _paused(state: ClockState, promise: Promise) -> str:
    """How long it stood, in the promise's own time."""
    if promise.within.working:
        return working(state.paused_minutes)
    return duration(timedelta(minutes=state.paused_minutes))


def span_words(span: Span | Until | Given) -> str:
    """A length of promised time, or the day it ends on, in the reader's language."""
    if isinstance(span, Given):
        return _("by the day set")
    if isinstance(span, Until):
        return pgettext("a time limit", "by %(day)s") % {"day": day(span.day)}
    return {
        "minutes": _("%(n)s minutes"),
        "hours": _("%(n)s hours"),
        "days": _("%(n)s days"),
        "working minutes": _("%(n)s working minutes"),
        "working hours": _("%(n)s working hours"),
        "working days": pgettext("a time limit", "%(n)s working days"),
    }[span.unit] % {"n": span.number}


def _why(state: ClockState, promise: Promise) -> Why:
    days = [
        DayMark(note.day, note.kind, note.number, str(note.name) if note.name else None)
        for note in state.days
    ]
    day0 = any(mark.kind == "day0" for mark in days)  # hours count from the very minute
    said = _("this day does not count") if day0 else ""
    lines = [Reckoning(_("Received"), moment_short(state.started_at), said)]
    if isinstance(state.within, Until):
        lines = [Reckoning(_("Day set"), day(state.within.day), moment_short(state.within.said))]
    counted = sum(mark.kind in ("counted", "working_weekend") for mark in days)
    skipped = sum(mark.kind in ("holiday", "rest") for mark in days)
    lines.append(
        Reckoning(
            _("Counted"),
            "" if isinstance(state.within, Until) else span_words(state.within or promise.within),
            _("days counted: %(counted)s, rest days skipped: %(skipped)s")
            % {"counted": counted, "skipped": skipped},
        )
    )
    if state.paused_minutes:
        lines.append(Reckoning(_("Paused"), _paused(state, promise), _("added to the limit")))
    if state.due_at:
        lines.append(Reckoning(_("Due"), "", str(promise.source), strong=moment_short(state.due_at)))
    return Why(state.due_at or timezone.now(), days, lines, state.unconfirmed)
