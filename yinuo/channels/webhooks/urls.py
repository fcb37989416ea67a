"""Addresses of the pages of webhooks."""

from django.urls import path

from yinuo.channels.webhooks import views

app_name = "webhooks"
prefix = "webhooks"

urlpatterns = [
    path("", views.listing, name="list"),
    path("/new", views.new, name="new"),
    path("/<uuid:webhook_id>", views.one, name="one"),
    path("/<uuid:webhook_id>/<str:verb>", views.act, name="act"),
]
