"""Addresses of the organisation: the tree of units, people, and one of each."""

from django.urls import path

from yinuo.packs.organisation.views import accounts, changes, people, postings, proposals, units

app_name = "organisation"
prefix = "organisation"

urlpatterns = [
    path("", units.listing, name="units"),
    path("/units/<uuid:unit_id>", units.unit, name="unit"),
    path("/people", people.listing, name="people"),
    path("/people/export.<str:format>", people.export, name="people-export"),
    path("/people/<uuid:person_id>", people.person, name="person"),
    path("/people/<uuid:person_id>/appoint", postings.appoint, name="appoint"),
    path("/postings/<uuid:posting_id>/end", postings.end, name="end"),
    path("/proposals", proposals.listing, name="proposals"),
    path("/proposals/<uuid:proposal_id>/<slug:verb>", proposals.decide, name="decide"),
    path("/people/new", accounts.new, name="new"),
    path("/people/<uuid:person_id>/close", accounts.close, name="close"),
    path("/people/<uuid:person_id>/reopen", accounts.reopen, name="reopen"),
    path("/units/new", changes.new, name="unit-new"),
    path("/units/<uuid:unit_id>/rename", changes.rename, name="unit-rename"),
    path("/units/<uuid:unit_id>/move", changes.move, name="unit-move"),
    path("/units/<uuid:unit_id>/close", changes.close, name="unit-close"),
]
