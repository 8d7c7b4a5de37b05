"""Answers that are kept, so that undo shows its picture at once; bounded in bytes."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sepviz.study.study import Study
    from sepviz.study.survey import Answer

LIMIT_BYTES = 384 * 2**20


class Answers:
    """The comparisons that were asked for last, at most `limit` bytes of them; the one used longest ago goes first."""

    def __init__(self, limit: int = LIMIT_BYTES) -> None:
        self._limit = limit
        self._kept: OrderedDict[Study, Answer] = OrderedDict()

    @property
    def nbytes(self) -> int:
        """Bytes of all maps that are kept."""
        return sum(comparison.nbytes for comparison in self._kept.values())

    def get(self, study: Study) -> Answer | None:
        """Return the comparison of `study` if it is kept."""
        if study in self._kept:
            self._kept.move_to_end(study)
        return self._kept.get(study)

    def forget(self, study: Study) -> None:
        """Drop the comparison of `study`."""
        self._kept.pop(study, None)

    def put(self, comparison: Answer) -> None:
        """Keep `comparison`; the newest is kept even when it alone is larger than the limit."""
        self._kept[comparison.study] = comparison
        self._kept.move_to_end(comparison.study)
        while self.nbytes > self._limit and len(self._kept) > 1:
            self._kept.popitem(last=False)
