from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "yinuo.engines.cases"
    label = "cases"
    verbose_name = _("Cases")

    def ready(self) -> None:
        from yinuo.engines.cases import (  # noqa: F401 vital signs declare themselves
            bulk,
            calendars,
            changeover_jobs,
            keeping,
            previews,
            vitals,
        )
        from yinuo.engines.cases.holdings import declare_case_holdings
        from yinuo.engines.cases.kinds import declare_facts
        from yinuo.ground.customers.erasure import declare_keeper, declare_remover
        from yinuo.ground.jobs.registry import declare_job

        declare_facts()
        declare_case_holdings()
        declare_keeper("cases", keeping.must_keep)
        declare_remover("cases", keeping.remove_traces)
        declare_job(calendars.FOLLOW, calendars.follow_job)
        declare_job(previews.PREVIEW, previews.preview_job)
        declare_job(changeover_jobs.COUNT, changeover_jobs.count_job)
        declare_job(changeover_jobs.RUN, changeover_jobs.run_job)
        declare_job(bulk.JOB, bulk.bulk_job)
