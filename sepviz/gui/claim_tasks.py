"""Questions of the claims' tab that the worker answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sepviz.engine.machine import MachinePeak, measure_peak
from sepviz.lab.judge import judge

if TYPE_CHECKING:
    from sepviz.engine.checkpoint import Checkpoint
    from sepviz.lab.claims import Verdict
    from sepviz.study.study import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The verdict on every claim, with its question."""

    question: JudgeClaims
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeClaims:
    """The task of judging for `study` what can be counted; `peak`, where it is known, tells what is attainable."""

    study: Study
    peak: MachinePeak | None

    def __call__(self, checkpoint: Checkpoint) -> Judgement:
        """Judge; it takes milliseconds."""
        return Judgement(question=self, verdicts=judge(self.study, peak=self.peak))


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurePeak:
    """The task of measuring the limits of this machine."""

    def __call__(self, checkpoint: Checkpoint) -> MachinePeak:
        """Measure, and remember."""
        return measure_peak(checkpoint)
