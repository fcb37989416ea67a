"""Addresses of the furniture: include("yinuo.web.urls") at the root."""

from django.urls import path

from yinuo.web import gallery_views, views

app_name = "web"
urlpatterns = [
    path("sign-in", views.SignIn.as_view(), name="sign_in"),
    path("sign-out", views.SignOut.as_view(), name="sign_out"),
    path("language", views.language, name="language"),
    path("large-text", views.large_text, name="large_text"),
    path("palette", views.palette, name="palette"),
    path("_furniture", gallery_views.gallery, name="gallery"),
    path("_furniture/<slug:page>", gallery_views.sample, name="gallery_page"),
]
