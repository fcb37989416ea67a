"""Addresses of complaints."""

from django.urls import path

from yinuo.packs.complaints.views import imports, listing, page, register, verbs

app_name = "complaints"
prefix = "complaints"

urlpatterns = [
    path("", listing.listing, name="list"),
    path("/export.<str:format>", listing.export, name="export"),
    path("/next", listing.next_one, name="next"),
    path("/new", register.register, name="new"),
    path("/import", imports.start, name="import"),
    path("/import/<uuid:job_id>", imports.progress, name="import-job"),
    path("/import/<uuid:job_id>/<str:verb>", imports.act, name="import-act"),
    path("/<str:number>", page.case_page, name="page"),
    path("/<str:number>/accept", verbs.accept, name="accept"),
    path("/<str:number>/grade", verbs.grade, name="grade"),
    path("/<str:number>/matters/<int:position>", verbs.conclude, name="conclude"),
    path("/<str:number>/investigated", verbs.investigated, name="investigated"),
    path("/<str:number>/go-on", verbs.go_on, name="go-on"),
    path("/<str:number>/answer", verbs.answer, name="answer"),
    path("/<str:number>/finish", verbs.finish, name="finish"),
    path("/<str:number>/note", verbs.note, name="note"),
    path("/<str:number>/hand-over", verbs.hand_over, name="hand-over"),
    path("/<str:number>/draft", verbs.draft, name="draft"),
]
