"""Addresses of reviews."""

from django.urls import path

from yinuo.packs.reviews.views import listing, page, register, verbs

app_name = "reviews"
prefix = "reviews"

urlpatterns = [
    path("", listing.listing, name="list"),
    path("/new", register.register, name="new"),
    path("/<str:number>", page.case_page, name="page"),
    *verbs.PAGE.paths(verbs.VERBS),
]
