"""Whoever holds something of a person tells it to them, or says why not: no third way."""

from django.apps import apps
from django.db import models

from yinuo.engines.cases.models import Case
from yinuo.ground.customers.holdings import HOLDINGS, UNTOLD
from yinuo.ground.customers.models import Customer
from yinuo.ground.vault.sealed import SealedText

ABOUT = {Case, Customer}
WITHOUT_A_CUSTOMER = {
    "facts.Fact": "codes, ids and times; the case that they tell of is told",
    "portal.PortalDraft": "of somebody who has not said yet who they are; gone after a day",
    "preventions.Plan": "about a cause; no customer is its subject",
    "preventions.Prevention": "about a cause; no customer is its subject",
}


def holds_of_a_person(model: type[models.Model]) -> bool:
    """Whether it has sealed words, or points at a customer, a case, or what belongs to a case."""
    fields = model._meta.local_fields
    sealed = any(isinstance(each, SealedText) or each.name.endswith("_ct") for each in fields)
    related = {each.related_model for each in fields if each.is_relation}
    beyond = {
        each.related_model
        for one in related
        if isinstance(one, type) and one not in ABOUT
        for each in one._meta.local_fields
        if each.is_relation and each.primary_key
    }
    return sealed or bool(ABOUT & (related | beyond)) or model is Customer


def found() -> set[str]:
    mine = (model for model in apps.get_models() if model.__module__.startswith("yinuo."))
    return {model._meta.label for model in mine if holds_of_a_person(model)}


def test_every_table_of_a_person_is_told_or_says_why_not():
    told = {label for each in HOLDINGS.values() for label in each.tables}
    said = told | set(UNTOLD) | set(WITHOUT_A_CUSTOMER)
    assert found() - said == set()
    assert told & set(UNTOLD) == set()


def test_what_is_said_speaks_of_tables_that_are_there():
    labels = {model._meta.label for model in apps.get_models()}
    told = {label for each in HOLDINGS.values() for label in each.tables}
    assert (told | set(UNTOLD) | set(WITHOUT_A_CUSTOMER)) <= labels
    assert {"complaints.Complaint", "callbacks.CallBack", "surveys.Opinion", "files.StoredFile"} <= told


def test_a_table_with_words_that_nobody_tells_is_noticed():
    from yinuo.packs.complaints.models import Complaint, Matter

    assert holds_of_a_person(Complaint)
    assert holds_of_a_person(Matter)
    assert "complaints.Complaint" in found()
