"""What experiments found out in this window, each with the settings that it holds for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sepviz.lab.claims import Verdict
    from sepviz.study.study import Study

INITIALISED = (
    "baseline",
    "candidate",
    "out_channels",
    "kernel_size",
    "dilation",
    "depth_multiplier",
    "groups",
    "init",
)
"""Fields that the experiment on initialisation reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Experience:
    verdict: Verdict
    settings: object


class Experiences:
    """Verdicts that took an experiment, by claim; a later one takes the place of an earlier."""

    def __init__(self) -> None:
        self._found: dict[str, _Experience] = {}

    def learn(self, verdict: Verdict, study: Study) -> None:
        """Keep `verdict`, found for `study`."""
        name = verdict.claim.name
        self._found[name] = _Experience(verdict=verdict, settings=settings_of(name, study))

    def recall(self, name: str, study: Study) -> Verdict | None:
        """Return the verdict on the claim `name`, marked stale where `study` is not what it was found for."""
        known = self._found.get(name)
        if known is None:
            return None
        return replace(known.verdict, is_stale=known.settings != settings_of(name, study))

    def recall_all(self, study: Study) -> tuple[Verdict, ...]:
        """Return every verdict there is, as :meth:`recall` does."""
        return tuple(verdict for name in self._found if (verdict := self.recall(name, study)) is not None)


def settings_of(name: str, study: Study) -> object:
    """Return what of `study` the experiment of a claim depends on: nothing of it for accuracy."""
    match name:
        case "time":
            return study
        case "initialisation":
            return tuple(getattr(study, field) for field in INITIALISED)
        case _:
            return None
