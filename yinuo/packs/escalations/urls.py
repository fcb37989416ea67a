"""Addresses of what ladders told."""

from django.urls import path

from yinuo.packs.escalations import views

app_name = "escalations"
prefix = "told"

urlpatterns = [
    path("", views.listing, name="list"),
    path("/mentions", views.mentions, name="mentions"),
    path("/<uuid:rung_id>/acknowledge", views.acknowledge, name="acknowledge"),
]
