"""What people do with a case: a pack declares each verb as one line, and the posting is the same for all.

A posted verb looks the case up as its page does, asks for the grant in the unit that handles it, reads the forms,
acts, and goes back to the page with a message. What its kind of case holds has not happened then: the page says so.
What was refused is shown again with everything that was typed: 422 where a form is not right, 409 where the case has
moved on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext

from yinuo.engines.cases import intentions
from yinuo.engines.cases.models import Case
from yinuo.engines.cases.moves import CaseRefused
from yinuo.ground.access.middleware import StaffRequest
from yinuo.ground.access.views_guard import View, needs
from yinuo.ground.vault.keys import KeyDestroyed
from yinuo.web.tags.fold import UNFOLDED

Message = str | Lazy


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed: `shown`, the forms as the page names them, and `given`, what the action takes.

    `given` is None while something in the forms is not right. `done` is said in place of the verb's own message.
    `beside`: the verb in whose form it is shown, where this one has none of its own.
    """

    shown: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, Any] | None = field(default_factory=dict)
    done: Message = ""
    beside: str = ""


# Reads a verb's forms: (request, case, **what the address names beside the case).
Reader = Callable[..., Typed]


def nothing(request: StaffRequest, case: Case) -> Typed:
    """A verb that asks for nothing."""
    return Typed()


def one(name: str, form: Callable[[Any], forms.Form]) -> Reader:
    """One form, shown as `name`, whose fields are the arguments of the action."""

    def read(request: StaffRequest, case: Case, **place: Any) -> Typed:
        bound = form(request.POST)
        return Typed({name: bound}, bound.cleaned_data if bound.is_valid() else None)

    return read


def within_reach(verb: CaseVerb, request: StaffRequest, case: Case) -> None:
    """The rule of nearly every verb: the grant must reach the unit that handles the case."""
    request.reach.need(verb.grant, case.handling_unit_id)


@dataclass(frozen=True, slots=True)
class CaseVerb:
    """One thing that can be done. `act(case id, by=, version=, **given)` raises CaseRefused when it cannot be."""

    name: str  # of the address
    grant: str
    act: Callable[..., Any]
    done: Message
    read: Reader = nothing
    allow: Callable[[CaseVerb, StaffRequest, Case], None] = within_reach
    address: str = ""  # the name itself unless said
    parts: bool = False  # whoever does it may lose sight of the case by it

    @property
    def place(self) -> str:
        """Its address behind that of the case."""
        return self.address or self.name


class Respond(Protocol):
    """The page of a case, with forms as far as they are filled, the verb `tried` and a refusal where there is one."""

    def __call__(self, request: HttpRequest, case: Case, *, status: int = 200, **said: Any) -> HttpResponse:
        """The page."""


@dataclass(frozen=True, slots=True)
class CasePage:
    """The page that verbs start from and return to. `find` raises Http404 for a case the reader may not see.

    `away` is the address to go to from a verb after which the reader sees the case no more.
    """

    name: str  # of its address, which takes the number
    find: Callable[[StaffRequest, str], Case]
    respond: Respond
    away: str = ""

    def paths(self, verbs: Sequence[CaseVerb], before: str = "/<str:number>") -> list[URLPattern]:
        """The addresses of the verbs, behind that of the case."""
        return [path(f"{before}/{verb.place}", self.view(verb), name=verb.name) for verb in verbs]

    def view(self, verb: CaseVerb) -> View:
        """What answers a verb's address. Whoever comes otherwise (a reload, a change of language) sees the case."""
        posted = needs(verb.grant)(lambda request, number, **place: self._do(verb, request, number, place))

        def answered(request: HttpRequest, number: str, **place: Any) -> HttpResponseBase:
            if request.method in ("GET", "HEAD"):
                return self._back(request, number)
            if request.method != "POST":
                return HttpResponseNotAllowed(["POST"])
            return posted(request, number, **place)

        answered.guard = verb.grant  # type: ignore[attr-defined]
        return answered

    def _do(
        self, verb: CaseVerb, request: StaffRequest, number: str, place: Mapping[str, Any]
    ) -> HttpResponse:
        case = self.find(request, number)
        verb.allow(verb, request, case)
        typed = verb.read(request, case, **place)
        tried = typed.beside or verb.name
        if typed.given is None:
            return self.respond(request, case, status=422, tried=tried, **typed.shown)
        try:
            happened = _begin(verb, request, case, typed.given)
        except (CaseRefused, KeyDestroyed) as error:
            fresh = self.find(request, number)
            erased = gettext("The customer was erased: nothing more is written about them.")
            refusal = erased if isinstance(error, KeyDestroyed) else str(error)
            said = {"refusal": refusal, "tried": tried, **typed.shown}
            return self.respond(request, fresh, status=409, **said)
        if happened:
            messages.success(request, str(typed.done or verb.done))
        if verb.parts and not self._found(request, number):
            return redirect(self.away)
        return self._back(request, number)

    def _found(self, request: StaffRequest, number: str) -> bool:
        try:
            self.find(request, number)
        except Http404:
            return False
        return True

    def _back(self, request: HttpRequest, number: str) -> HttpResponse:
        """To the case, still in the list it was opened from."""
        return redirect(reverse(self.name, args=[number]) + here(request))


def _begin(verb: CaseVerb, request: StaffRequest, case: Case, given: Mapping[str, Any]) -> bool:
    """Do it, or where its kind of case holds it, begin it. Whether it has happened."""
    by, version = request.user, _version(request)
    held = intentions.held_verb(case.kind, verb.name)
    if held is not None:
        return intentions.intend(held, case.pk, given, by=by, version=version) is None
    verb.act(case.pk, by=by, version=version, **given)
    return True


def here(request: HttpRequest) -> str:
    """What the address asked beside its path, as it goes on in the addresses of the case's verbs; "" for nothing.

    Which form is unfolded does not go on: once it is posted, it is done.
    """
    asked = request.GET.copy()
    asked.pop(UNFOLDED, None)
    return f"?{asked.urlencode()}" if asked else ""


def _version(request: HttpRequest) -> int | None:
    """The version of the case that the writer had read; None where the form does not say."""
    version = request.POST.get("version", "")
    return int(version) if version.isdigit() else None
