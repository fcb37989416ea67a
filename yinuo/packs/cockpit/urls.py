"""Addresses of measures."""

from django.urls import path

from yinuo.packs.cockpit import exposures, views

app_name = "cockpit"
prefix = "measures"

urlpatterns = [
    path("", views.measures, name="measures"),
    path("/exposures", exposures.page, name="exposures"),
    path("/exposures/import", exposures.start, name="exposures-import"),
    path("/exposures/import/<str:verb>", exposures.act, name="exposures-act"),
    path("/<str:key>", views.measure, name="measure"),
]
