"""Addresses of complaints."""

from django.urls import path

from yinuo.packs.complaints.views import imports, ledger, listing, page, proof, register, statement, verbs

app_name = "complaints"
prefix = "complaints"

urlpatterns = [
    path("", listing.listing, name="list"),
    path("/count", listing.count, name="count"),
    path("/export.<str:format>", listing.export, name="export"),
    path("/ledger.<str:format>", ledger.export, name="ledger"),
    path("/statement", statement.page, name="statement"),
    path("/statement/export.<str:format>", statement.export, name="statement-export"),
    path("/next", listing.next_one, name="next"),
    path("/new", register.register, name="new"),
    path("/import", imports.start, name="import"),
    path("/import/<uuid:job_id>", imports.progress, name="import-job"),
    path("/import/<uuid:job_id>/<str:verb>", imports.act, name="import-act"),
    *listing.BULK.paths(),
    path("/<str:number>", page.case_page, name="page"),
    path("/<str:number>/proof", proof.download, name="proof"),
    *verbs.PAGE.paths(verbs.VERBS),
    path("/<str:number>/draft", verbs.draft, name="draft"),
]
