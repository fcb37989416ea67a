"""Addresses of ratings for staff; the customer's is the portal's."""

from django.urls import path

from yinuo.packs.surveys import views

app_name = "surveys"
prefix = "surveys"

urlpatterns = [path("", views.listing, name="list")]
