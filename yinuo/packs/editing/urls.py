"""Addresses of editions."""

from django.urls import path

from yinuo.packs.editing import views

app_name = "editing"
prefix = "editions"

urlpatterns = [
    path("", views.editions, name="list"),
    path("/<uuid:edition_id>", views.edition, name="edition"),
    path("/<uuid:edition_id>/approve", views.approve, name="approve"),
    path("/<uuid:edition_id>/compare", views.compare, name="compare"),
    path("/<uuid:edition_id>/count", views.count, name="count"),
    path("/<uuid:edition_id>/decide", views.decide, name="decide"),
    path("/<uuid:edition_id>/discard", views.discard, name="discard"),
    path("/<uuid:edition_id>/draft", views.draft, name="draft"),
    path("/<uuid:edition_id>/propose-retirement", views.ask_to_retire, name="ask_to_retire"),
    path("/<uuid:edition_id>/renew", views.renew, name="renew"),
    path("/<uuid:edition_id>/retire", views.retire, name="retire"),
    path("/<uuid:edition_id>/steps/<str:step_key>", views.step, name="step"),
]
