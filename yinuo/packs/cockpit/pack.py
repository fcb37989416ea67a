"""The declaration: the pages of measures. Who may see a measure is said by the measure's own verb."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from yinuo.ground.access.verbs import Verb, declare_verb
from yinuo.web.navigation import NavItem, declare_nav

READERS = ("lead", "quality_head", "compliance", "branch_head", "president", "auditor")


def declare_all() -> None:
    """Everything the floors below must know of this pack; called once when Django starts."""
    declare_verb(Verb("measures.view", _("See measures"), READERS))
    declare_verb(Verb("measures.import_exposures", _("Bring in exposures"), ("lead", "quality_head")))
    declare_nav(NavItem("quality", _("Measures"), "cockpit:measures", "chart-dots", "measures.view"))
    declare_nav(
        NavItem(
            "quality",
            _("Exposures"),
            "cockpit:exposures",
            "building-bank",
            "measures.view",
            tab=False,
            order=60,
        )
    )


def import_exposures(file: Path, *, dry_run: bool, errors: Path | None) -> int:
    """The importer of the command line; loaded when it is asked for."""
    from yinuo.packs.cockpit.exposures import from_command_line

    return from_command_line(file, dry_run=dry_run, errors=errors)


IMPORTERS = {"exposures": import_exposures}
