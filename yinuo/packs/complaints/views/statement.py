"""The statement of complaints: a page to read and print, and the same as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yinuo.engines.measures.measure import Window
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import needs
from yinuo.ground.people.tree import subtree
from yinuo.packs.complaints.rates import Rates
from yinuo.packs.complaints.statement import Line, Statement, Table, statement
from yinuo.packs.complaints.views.listing import record_export
from yinuo.web.exports import Column, csv_response, xlsx_response
from yinuo.web.formats import number
from yinuo.web.parts import Pair
from yinuo.web.period_asked import Asked, asked, units_to_ask

Row = tuple[Any, Line, Rates | None]
VERB = "complaints.view"
COUNTED = "complaints.coded"  # the measure over everything received: its slices open the cases of a line


@require_safe
@needs(VERB)
def page(request: StaffRequest) -> HttpResponse:
    """The statement for a period and a unit; every line opens its complaints."""
    wanted = asked(request, VERB)
    told = statement(_window(request, wanted))
    return render(
        request,
        "complaints/statement.html",
        {
            "asked": wanted,
            "units": units_to_ask(request, VERB),
            "total": told.total,
            "total_url": _cases(wanted, ""),
            "tables": [(table.axis, list(_linked(wanted, table))) for table in told.tables],
            "rates": told.rates,
            "exposed": list(_exposed(wanted, told)),
            "facts": _facts(told),
            "query": urlencode(_query(wanted)),
            "may_export": request.reach.holds("complaints.export"),
            "now": timezone.now(),
        },
    )


@require_safe
@needs("complaints.export")
def export(request: StaffRequest, format: str) -> HttpResponseBase:
    """Every table one below the other, its name in the first column."""
    if format not in ("csv", "xlsx"):
        raise Http404
    wanted = asked(request, VERB)
    told = statement(_window(request, wanted))
    record_export(request, format)
    respond = csv_response if format == "csv" else xlsx_response
    rows: list[Row] = [("", told.total, told.rates)]
    for table in told.tables:
        by_unit = told.by_unit if table.axis.key == "unit" else {}
        rows += [(table.axis.title, line, by_unit.get(line.code)) for line in table.lines]
    return respond(f"complaints-statement-{wanted.period.key}", COLUMNS, rows)


def _window(request: StaffRequest, wanted: Asked) -> Window:
    units = request.reach.units(VERB)
    if wanted.unit is not None:
        units &= subtree(wanted.unit.pk, timezone.localdate())
    return Window(wanted.period, units)


def _query(wanted: Asked) -> dict[str, str]:
    return {"period": wanted.period.key} | ({"unit": wanted.unit.code} if wanted.unit else {})


def _cases(wanted: Asked, slice: str) -> str:
    query = {"measure": COUNTED} | _query(wanted) | ({"slice": slice} if slice else {})
    return f"/complaints?{urlencode(query)}"


def _linked(wanted: Asked, table: Table) -> Iterator[tuple[Line, str]]:
    for line in table.lines:
        yield line, _cases(wanted, f"{table.axis.key}:{line.code}")


def _facts(told: Statement) -> list[Pair]:
    """What stands at the top beside the figures."""
    held, rates, left = told.rates.held, told.rates, told.rates_left
    if held.branches:
        branches = Pair(gettext("Branches, as stated"), number(held.branches))
    else:
        branches = Pair(gettext("Branches open at the end of the period"), number(told.branches))
    facts = [
        Pair(gettext("Merged into another"), told.total.joined),
        Pair(gettext("Repeated within 30 days"), told.total.repeated),
        branches,
        _both(gettext("Received per hundred branches"), told.per_hundred_branches, told.per_hundred_left),
        _both(
            gettext("Received per 10,000 customers"), rates.per_10_000_customers, left.per_10_000_customers
        ),
        _both(
            gettext("Received per million transactions"),
            rates.per_million_transactions,
            left.per_million_transactions,
        ),
    ]
    if (large := rates.per_10_million_customers) is not None:
        facts.insert(
            5, _both(gettext("Received per 10 million customers"), large, left.per_10_million_customers)
        )
    return facts


def _both(name: str, before: Decimal | None, after: Decimal | None) -> Pair:
    """A rate before merging and after it."""
    if before is None:
        return Pair(name, gettext("not known"))
    told = {"before": number(before, 2), "after": number(after, 2)}
    return Pair(name, gettext("%(before)s before merging, %(after)s after") % told)


def _exposed(wanted: Asked, told: Statement) -> Iterator[tuple[Line, str, Rates]]:
    """The units that have none below them, each held against its own exposures."""
    for table in told.tables:
        if table.axis.key == "unit":
            for line, url in _linked(wanted, table):
                if line.code in told.by_unit:
                    yield line, url, told.by_unit[line.code]


def _exposure(read: Callable[[Rates], object]) -> Callable[[Row], object]:
    """A cell of the file: empty where it does not apply, "not known" where nobody knows."""

    def cell(row: Row) -> object:
        if row[2] is None:
            return None
        value = read(row[2])
        return gettext("not known") if value is None else value

    return cell


COLUMNS = (
    Column(_("Table"), lambda row: row[0]),
    Column(_("Name"), lambda row: row[1].name),
    Column(_("Received, before merging"), lambda row: row[1].received),
    Column(_("Received, after merging"), lambda row: row[1].received_left),
    Column(_("Merged into another"), lambda row: row[1].joined),
    Column(_("Repeated within 30 days"), lambda row: row[1].repeated),
    Column(_("Judged, before merging"), lambda row: row[1].judged),
    Column(_("In time, before merging"), lambda row: row[1].kept),
    Column(_("Share in time, before merging"), lambda row: row[1].in_time),
    Column(_("Judged, after merging"), lambda row: row[1].judged_left),
    Column(_("In time, after merging"), lambda row: row[1].kept_left),
    Column(_("Share in time, after merging"), lambda row: row[1].in_time_left),
    Column(_("Escalated, before merging"), lambda row: row[1].escalated),
    Column(_("Escalated, after merging"), lambda row: row[1].escalated_left),
    Column(_("Branches"), _exposure(lambda rates: rates.held.branches)),
    Column(_("Customers"), _exposure(lambda rates: rates.held.customers)),
    Column(_("Transactions"), _exposure(lambda rates: rates.held.transactions)),
    Column(
        _("Received per hundred branches, before merging"),
        _exposure(lambda rates: rates.per_hundred_branches),
    ),
    Column(
        _("Received per 10,000 customers, before merging"),
        _exposure(lambda rates: rates.per_10_000_customers),
    ),
    Column(
        _("Received per million transactions, before merging"),
        _exposure(lambda rates: rates.per_million_transactions),
    ),
)
