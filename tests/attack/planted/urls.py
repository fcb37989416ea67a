"""The addresses of the program, and among them three behind which a hole was left."""

from django.urls import path

from tests.attack.planted import views
from yinuo.site.urls import handler400, handler403, handler404, handler500
from yinuo.site.urls import urlpatterns as ours

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("complaints/how-many", views.how_many),
    path("complaints/greeting", views.greeting),
    path("complaints/<str:number>/glance", views.glance),
    *ours,
]
