"""Addresses of editions."""

from django.urls import path

from yinuo.packs.editing import views

app_name = "editing"
prefix = "editions"

urlpatterns = [
    path("", views.editions, name="list"),
    path("/<uuid:edition_id>", views.edition, name="edition"),
    path("/<uuid:edition_id>/approve", views.approve, name="approve"),
    path("/<uuid:edition_id>/count", views.count, name="count"),
    path("/<uuid:edition_id>/draft", views.draft, name="draft"),
]
