"""What can be wrong with a drawing or a move, each with a stable reason code and one English sentence.

The sentences are message ids with named places: `REASONS[code].format(**values)` is the English text, and a
page may translate `REASONS[code]` first. Codes are stable; sentences may be improved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from yinuo.engines.processes.reasons import REASONS


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with one element; `element_id` is empty when it is the whole file."""

    element_id: str
    element_name: str
    reason_code: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The English sentence, ready to read."""
        return self.written(REASONS[self.reason_code])

    def written(self, template: str) -> str:
        """This problem in the words of a (translated) template of the same reason."""
        return template.format(element=self.label, **self.values)

    @property
    def label(self) -> str:
        """The element as a person finds it again: its name and its id."""
        if self.element_name and self.element_id:
            return f"“{self.element_name}” ({self.element_id})"
        return self.element_name or self.element_id


def problem(reason_code: str, element_id: str = "", element_name: str = "", **values: object) -> Problem:
    """A problem with its values turned to text; the reason must be in the catalogue (KeyError otherwise)."""
    REASONS[reason_code]
    return Problem(element_id, element_name, reason_code, {key: str(value) for key, value in values.items()})


class DrawingRefused(Exception):
    """A drawing that is not accepted, with every problem found and not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(each.text for each in self.problems))


class MigrationRefused(DrawingRefused):
    """A marking that has no place in another drawing, with everything that has none."""


class StepRefused(Exception):
    """A move the marking does not allow; nothing has changed."""

    def __init__(
        self, reason_code: str, element_id: str = "", element_name: str = "", **values: object
    ) -> None:
        self.problem = problem(reason_code, element_id, element_name, **values)
        super().__init__(self.problem.text)

    @property
    def reason_code(self) -> str:
        return self.problem.reason_code
