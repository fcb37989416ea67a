"""Addresses customers use."""

from django.urls import path

from yinuo.channels.portal import views

app_name = "portal"
prefix = "s"

urlpatterns = [
    path("", views.entry, name="entry"),
    path("/complaint", views.who, name="who"),
    path("/complaint/what", views.what, name="what"),
    path("/complaint/check", views.check, name="check"),
    path("/complaint/sent", views.sent, name="sent"),
    path("/complaint/draft/<str:step>", views.save_draft, name="draft"),
    path("/complaint/files", views.add_file, name="add-file"),
    path("/complaint/files/<uuid:file_id>/drop", views.drop_file, name="drop-file"),
    path("/track", views.find, name="find"),
    path("/track/<str:code>", views.track, name="track"),
]
