"""Every address: each pack, loop and channel says its own prefix in its urls.py."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from yinuo.site import health, views
from yinuo.site.discovery import modules_named

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("licences", views.licences, name="licences"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("vitals", health.vitals, name="vitals"),
    path("metrics", health.metrics, name="metrics"),
    path("", include("yinuo.web.urls")),
    path("", include("yinuo.ground.files.urls")),
    *(path(module.prefix, include(module)) for module in modules_named("urls")),
]

handler400 = "yinuo.web.views.unreadable"
handler403 = "yinuo.web.views.refused"
handler404 = "yinuo.web.views.missing"
handler500 = "yinuo.web.views.broken"
