"""The commands by request. Each is fetched when it is asked for, so that none waits for what another needs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sepviz.cli.request import (
    AnimateRequest,
    ArticleRequest,
    BenchRequest,
    ClaimsRequest,
    CodeRequest,
    CommandRequest,
    CompareRequest,
    CostRequest,
    DoctorRequest,
    SweepRequest,
    writes_files,
)

if TYPE_CHECKING:
    from sepviz.cli.console import Console


def run(request: CommandRequest, console: Console) -> int:
    """Answer `request` and return the exit status.

    Raises
    ------
    UsageError
        When it cannot be answered as it is.
    """
    console = replace(console, undeterred=writes_files(request))
    match request:
        case CompareRequest():
            from sepviz.cli.compare import compare

            return compare(request, console)
        case CostRequest():
            from sepviz.cli.cost import cost

            return cost(request, console)
        case BenchRequest():
            from sepviz.cli.bench import bench

            return bench(request, console)
        case SweepRequest():
            from sepviz.cli.sweep import sweep

            return sweep(request, console)
        case AnimateRequest():
            from sepviz.cli.animate import animate

            return animate(request, console)
        case CodeRequest():
            from sepviz.cli.code import code

            return code(request, console)
        case ArticleRequest():
            from sepviz.cli.article import article

            return article(request, console)
        case ClaimsRequest():
            from sepviz.cli.claims import claims

            return claims(request, console)
        case DoctorRequest():
            from sepviz.cli.doctor import doctor

            return doctor(request, console)
