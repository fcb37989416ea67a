"""Addresses of the organisation: the tree of units, and one unit."""

from django.urls import path

from yinuo.packs.organisation.views import units

app_name = "organisation"
prefix = "organisation"

urlpatterns = [
    path("", units.listing, name="units"),
    path("/units/<uuid:unit_id>", units.unit, name="unit"),
]
