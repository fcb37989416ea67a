"""Addresses of the organisation: the tree of units, people, and one of each."""

from django.urls import path

from yinuo.packs.organisation.views import people, units

app_name = "organisation"
prefix = "organisation"

urlpatterns = [
    path("", units.listing, name="units"),
    path("/units/<uuid:unit_id>", units.unit, name="unit"),
    path("/people", people.listing, name="people"),
    path("/people/export.<str:format>", people.export, name="people-export"),
    path("/people/<uuid:person_id>", people.person, name="person"),
]
