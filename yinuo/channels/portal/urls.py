"""Addresses customers use."""

from django.urls import path

from yinuo.channels.portal.views import complaining, personal, rating, tracking

app_name = "portal"
prefix = "s"

urlpatterns = [
    path("", complaining.entry, name="entry"),
    path("/complaint", complaining.who, name="who"),
    path("/complaint/what", complaining.what, name="what"),
    path("/complaint/check", complaining.check, name="check"),
    path("/complaint/sent", complaining.sent, name="sent"),
    path("/complaint/draft/<str:step>", complaining.save_draft, name="draft"),
    path("/complaint/files", complaining.add_file, name="add-file"),
    path("/complaint/proof", complaining.add_proof, name="add-proof"),
    path("/complaint/files/<uuid:file_id>/drop", complaining.drop_file, name="drop-file"),
    path("/track", tracking.find, name="find"),
    path("/survey/<str:token>", rating.rate, name="survey"),
    path("/track/<str:code>", tracking.track, name="track"),
    path("/track/<str:code>/withdraw", tracking.withdraw, name="withdraw"),
    path("/track/<str:code>/review", tracking.review, name="review"),
    path("/track/<str:code>/refuse", personal.refuse, name="refuse-use"),
]
