"""Addresses of editions."""

from django.urls import path

from yinuo.packs.editing import views

app_name = "editing"
prefix = "editions"

urlpatterns = [
    path("", views.editions, name="list"),
    path("/<uuid:edition_id>", views.edition, name="edition"),
    path("/<uuid:edition_id>/approve", views.approve, name="approve"),
    path("/<uuid:edition_id>/change-over/<uuid:old_id>", views.change_over, name="change_over"),
    path("/changeovers/<uuid:changeover_id>", views.changeover, name="changeover"),
    path("/changeovers/<uuid:changeover_id>/approve", views.approve_changeover, name="approve_changeover"),
    path("/changeovers/<uuid:changeover_id>/count", views.count_changeover, name="count_changeover"),
    path("/changeovers/<uuid:changeover_id>/refuse", views.refuse_changeover, name="refuse_changeover"),
    path("/changeovers/<uuid:changeover_id>/resume", views.resume_changeover, name="resume_changeover"),
    path("/changeovers/<uuid:changeover_id>/stop", views.stop_changeover, name="stop_changeover"),
    path("/changeovers/<uuid:changeover_id>/withdraw", views.withdraw_changeover, name="withdraw_changeover"),
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
