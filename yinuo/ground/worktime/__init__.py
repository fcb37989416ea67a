"""Working time of a bank: calendars, spans, due dates and why. Imports no Django."""

from yinuo.ground.worktime.calendar import Calendar
from yinuo.ground.worktime.deadline import Due, Pause
from yinuo.ground.worktime.explanation import DayNote
from yinuo.ground.worktime.reading import parse_calendar, shipped_calendar
from yinuo.ground.worktime.span import Span
from yinuo.ground.worktime.until import Until

__all__ = ["Calendar", "DayNote", "Due", "Pause", "Span", "Until", "parse_calendar", "shipped_calendar"]
