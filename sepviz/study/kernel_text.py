"""A kernel as text: what a spreadsheet, a CSV file or a person writes, and what a spreadsheet takes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from sepviz.study.picture import printable
from sepviz.study.quantity import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_CHARACTERS = 100_000
LIMIT = 2.0**128 - 2.0**103
"""What rounds to no finite float32 any more."""

_NUMBER = re.compile(r"[+-]?([0-9]+[.,]?[0-9]*|[.,][0-9]+)([eE][+-]?[0-9]{1,3})?")
_MINUS = "\N{MINUS SIGN}"


class KernelTextError(ValueError):
    """A text that is no kernel: the message names the row and the column, counted from 0, and the text there."""


def parse_kernel(text: str, height: int, width: int) -> NDArray[np.float32]:
    """Return the kernel that `text` writes, read-only float32 (`height`, `width`).

    A row is a line. Its columns are separated by tabs; where the text has none by semicolons; else by commas, unless
    spaces separate ("1,5 2,5" are two numbers) or there is one column only ("1,5" is one). Elsewhere a comma is a
    decimal comma.

    Raises
    ------
    KernelTextError
        When there are more or fewer rows or columns, or a cell is no finite number.
    """
    if len(text) > MAX_CHARACTERS:
        raise KernelTextError(f"the text has {len(text):,} characters, above {MAX_CHARACTERS:,}; paste the cells only")
    lines = "\n".join(text.splitlines()).strip("\n").split("\n")
    if len(lines) != height:
        raise KernelTextError(f"the text has {counted(len(lines), 'rows')}; the kernel has {height}: paste as many")
    separator = _separator(lines, width)
    values = [_row(line.strip(" ").split(separator), row, width) for row, line in enumerate(lines)]
    kernel = np.array(values, np.float32)
    kernel.flags.writeable = False
    return kernel


def format_kernel(kernel: NDArray[np.floating]) -> str:
    """Return `kernel` (kh, kw) with tabs between columns; :func:`parse_kernel` gives the same float32 values again."""
    return "\n".join("\t".join(_shortest(value) for value in row) for row in kernel.astype(np.float32))


def _shortest(value: np.float32) -> str:
    return str(value).removesuffix(".0")


def _separator(lines: list[str], width: int) -> str | None:
    """Return what stands between the columns; None is any run of spaces."""
    for mark in "\t;":
        if any(mark in line for line in lines):
            return mark
    if width == 1 or not any("," in line for line in lines):
        return None
    spaced = any(re.search(r"[^\s,] +[^\s,]", line) for line in lines)
    return None if spaced else ","


def _row(cells: list[str], row: int, width: int) -> list[float]:
    if len(cells) != width:
        raise KernelTextError(
            f"row {row} has {counted(len(cells), 'columns')} ({_shown(' | '.join(cells))}); the kernel has {width}: "
            "paste as many"
        )
    return [_number(cell.strip(), row, column) for column, cell in enumerate(cells)]


def _number(cell: str, row: int, column: int) -> float:
    written = cell.replace(_MINUS, "-")
    if not _NUMBER.fullmatch(written):
        raise KernelTextError(f"row {row}, column {column} is {_shown(cell)}, no number; write it as 0.5, 0,5 or 5e-1")
    value = float(written.replace(",", "."))
    if abs(value) >= LIMIT:
        raise KernelTextError(
            f"row {row}, column {column} is {_shown(cell)}, above the largest float32, 3.4e38; write a smaller number"
        )
    return value


def _shown(text: str) -> str:
    return repr(printable(text[:40])) if text else "empty"
