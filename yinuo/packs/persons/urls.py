"""Addresses of personal data."""

from django.urls import path

from yinuo.packs.persons import views

app_name = "persons"
prefix = "persons"

urlpatterns = [
    path("/reveals", views.reveals, name="reveals"),
    path("/of/<str:number>", views.person, name="person"),
]
