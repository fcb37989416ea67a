"""Addresses of measures."""

from django.urls import path

from yinuo.packs.cockpit import views

app_name = "cockpit"
prefix = "measures"

urlpatterns = [
    path("", views.measures, name="measures"),
    path("/<str:key>", views.measure, name="measure"),
]
