"""Addresses of preventions."""

from django.urls import path

from yinuo.packs.preventions.views import listing, opening, outgoing, page, verbs

app_name = "preventions"
prefix = "preventions"

urlpatterns = [
    path("", listing.listing, name="list"),
    path("/export.<str:format>", outgoing.export, name="export"),
    path("/new", opening.new, name="new"),
    path("/<str:number>", page.case_page, name="page"),
    *verbs.PAGE.paths(verbs.VERBS),
]
