from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    name = "yinuo.packs.complaints"
    label = "complaints"
    verbose_name = _("Complaints")

    def ready(self) -> None:
        from yinuo.ground.customers.erasure import declare_keeper, declare_remover
        from yinuo.ground.files.owners import declare_owner
        from yinuo.packs.complaints import (
            bulk,
            edition_pages,
            held,
            holdings,
            keeping,
            measures,
            pack,
            queries,
            rate_measures,
            work_measures,
        )
        from yinuo.packs.complaints.imports import jobs
        from yinuo.web.palette import Finder, declare_finder

        pack.declare_all()
        for figures in (measures, rate_measures, work_measures):
            figures.declare_measures()
        edition_pages.declare_pages()
        jobs.declare_jobs()
        bulk.declare_bulk()
        held.declare_held()
        holdings.declare_holdings()
        declare_keeper("complaints", keeping.must_keep)
        declare_remover("complaints", keeping.remove_traces)
        declare_owner("case", queries.may_read_file)
        declare_owner("authority", queries.may_read_authority)
        declare_finder(Finder("complaints", _("Complaints"), queries.by_number, pack.KIND.view))
        declare_finder(Finder("complaints.phone", _("By phone"), queries.by_phone, pack.KIND.view))
