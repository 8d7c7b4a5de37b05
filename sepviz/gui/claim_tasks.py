"""Questions of the claims' tab that the worker answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sepviz.engine.machine import MachinePeak, measure_peak
from sepviz.lab.judge import judge

if TYPE_CHECKING:
    from pathlib import Path

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
class SaveCards:
    """The task of painting cards, judged for `study`, into the file `path`."""

    path: Path
    verdicts: tuple[Verdict, ...]
    study: Study

    def __call__(self, checkpoint: Checkpoint) -> Path:
        """Return the path that was written."""
        from sepviz.export.figure import save_claims  # when it is wanted, as it costs start-up time

        return save_claims(self.path, self.verdicts, self.study, self.study.input_shape)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurePeak:
    """The task of measuring the limits of this machine."""

    def __call__(self, checkpoint: Checkpoint) -> MachinePeak:
        """Measure, and remember."""
        return measure_peak(checkpoint)
