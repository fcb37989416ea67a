"""Addresses of the page of programs."""

from django.urls import path

from yinuo.channels.programs import views

app_name = "programs"
prefix = "programs"

urlpatterns = [
    path("", views.listing, name="list"),
    path("/new", views.new, name="new"),
    path("/<uuid:token_id>/revoke", views.revoke, name="revoke"),
]
