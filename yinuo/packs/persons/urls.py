"""Addresses of personal data."""

from django.urls import path

from yinuo.packs.persons.views import consents, exports, keeping, looking, searching

app_name = "persons"
prefix = "persons"

urlpatterns = [
    path("/search", searching.search, name="search"),
    path("/reveals", looking.reveals, name="reveals"),
    path("/of/<str:number>", looking.person, name="person"),
    path("/of/<str:number>/export", exports.ask, name="ask-export"),
    path("/of/<str:number>/consents", consents.say, name="consents"),
    path("/of/<str:number>/keeping", keeping.page, name="keeping"),
    path("/of/<str:number>/hold", keeping.hold, name="hold"),
    path("/of/<str:number>/holds/<uuid:hold_id>/lift", keeping.lift, name="lift"),
    path("/of/<str:number>/erasure", keeping.ask, name="ask-erasure"),
    path("/of/<str:number>/erasure/<uuid:request_id>", keeping.decide, name="decide-erasure"),
    path("/exports", exports.listing, name="exports"),
    path("/exports/<uuid:export_id>", exports.page, name="export"),
    path("/exports/<uuid:export_id>/decide", exports.decide, name="decide-export"),
    path("/exports/<uuid:export_id>/password", exports.password, name="export-password"),
    path("/exports/<uuid:export_id>/file", exports.file, name="export-file"),
]
