from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PersonsConfig(AppConfig):
    name = "yinuo.packs.persons"
    label = "persons"
    verbose_name = _("Personal data")

    def ready(self) -> None:
        from datetime import timedelta

        from yinuo.ground.customers import exports
        from yinuo.ground.customers.erasure import declare_remover
        from yinuo.ground.jobs.registry import declare_job, declare_periodic
        from yinuo.packs.persons import archive, pack

        pack.declare_all()
        declare_remover("exports", exports.forget)
        declare_job(archive.MAKE, archive.make)
        declare_job(archive.EXPIRE, archive.expire)
        declare_periodic(archive.EXPIRE, timedelta(hours=1))
