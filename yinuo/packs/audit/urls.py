"""Addresses of the facts."""

from django.urls import path

from yinuo.packs.audit import views

app_name = "audit"
prefix = "audit"

urlpatterns = [
    path("", views.listing, name="list"),
    path("/count", views.count, name="count"),
    path("/export/<str:format>", views.export, name="export"),
]
