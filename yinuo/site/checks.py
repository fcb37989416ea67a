"""System checks of the whole house; each has an id and says the mend."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeGuard

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error, register
from django.db.models import Model

from yinuo.engines.editions.load import problems
from yinuo.site.floors import may_point


@register("yinuo")
def content_can_be_read(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """yinuo.E002 for every shipped content file that its kind cannot read."""
    del app_configs, kwargs
    hint = "Mend the file; `yinuo migrate` would stop at it."
    return [Error(problem, hint=hint, id="yinuo.E002") for problem in problems()]


@register("yinuo")
def foreign_keys_point_downward(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """yinuo.E001 for every relation that climbs; a string reference is resolved before it is judged."""
    del app_configs, kwargs  # a key is judged with both its ends, so always all of them
    return list(climbing(apps.get_models(include_auto_created=True)))


def climbing(models: Iterable[type[Model]]) -> Iterable[CheckMessage]:
    """One error for each foreign key, one-to-one or many-to-many that points at its own floor or higher."""
    for model in models:
        for field in model._meta.get_fields():
            target = field.related_model if field.is_relation and field.concrete else None
            if not _is_model(target) or may_point(model.__module__, target.__module__):
                continue
            yield Error(
                f"{model._meta.label}.{field.name} points up at {target._meta.label}",
                hint="Keep the id without a foreign key, point from the higher floor, or use a Reference.",
                obj=model,
                id="yinuo.E001",
            )


def _is_model(target: object) -> TypeGuard[type[Model]]:
    return isinstance(target, type) and issubclass(target, Model)
