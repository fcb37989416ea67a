"""Addresses of call-backs."""

from django.urls import path

from yinuo.packs.callbacks.views import listing, page, verbs

app_name = "callbacks"
prefix = "callbacks"

urlpatterns = [
    path("", listing.listing, name="list"),
    path("/<str:number>", page.case_page, name="page"),
    path("/<str:number>/contact", page.contact, name="contact"),
    *verbs.PAGE.paths(verbs.VERBS),
]
