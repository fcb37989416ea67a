"""Addresses of the furniture: include("yinuo.web.urls") at the root."""

from django.urls import path

from yinuo.ground.access.rates import limited
from yinuo.ground.access.views_guard import public
from yinuo.web import federation_views, gallery_views, passkey_views, views

ANYBODY = public("signing in and the page's own looks are for everybody")
OFTEN = limited("sign_in.address")
STRANGERS = public("answers strangers 403 by itself, so that no dialog leads them away from their page")
SAMPLES = public("invented samples, shown only in a demonstration")

app_name = "web"
urlpatterns = [
    path("sign-in", ANYBODY(OFTEN(views.SignIn.as_view())), name="sign_in"),
    path("sign-in/provider", ANYBODY(OFTEN(federation_views.there)), name="provider"),
    path("sign-in/provider/back", ANYBODY(OFTEN(federation_views.back)), name="provider_back"),
    path("sign-in/second", ANYBODY(OFTEN(views.second)), name="second"),
    path("sign-in/passkey", ANYBODY(OFTEN(passkey_views.shown)), name="passkey"),
    path("sign-in/passkey/ask", ANYBODY(OFTEN(passkey_views.asked)), name="passkey_ask"),
    path("sign-out", ANYBODY(views.SignOut.as_view()), name="sign_out"),
    path("language", ANYBODY(views.language), name="language"),
    path("large-text", ANYBODY(views.large_text), name="large_text"),
    path("palette", STRANGERS(views.palette), name="palette"),
    path("_furniture", SAMPLES(gallery_views.gallery), name="gallery"),
    path("_furniture/<slug:page>", SAMPLES(gallery_views.sample), name="gallery_page"),
]
