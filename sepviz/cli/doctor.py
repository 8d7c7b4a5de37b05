"""What this program needs from the machine: what is there, and for each thing that is missing the next step.

Every look is made so that it cannot fail itself: a package that does not load is a finding.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import sepviz
from sepviz.assets import resource, samples
from sepviz.cli.display import UNUSABLE, display_obstacle, installed_qt, qt_obstacle
from sepviz.cli.request import STDOUT, DoctorRequest
from sepviz.study.quantity import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sepviz.cli.console import Console
    from sepviz.engine.machine import MachinePeak

QT_PROBE_S = 30.0
_QT_MODULES = ("QtCore", "QtGui", "QtSvg", "QtWidgets")
_QT_PROBE = f"""
from PySide6 import {", ".join(_QT_MODULES)}
application = QtWidgets.QApplication([])
print("" if QtGui.QFontDatabase.families() else "no font is installed")
"""
_PACKAGES = ("numpy", "Pillow", "pyqtgraph", "threadpoolctl")
_LIBRARIES_ADVICE = "run 'make run' in a checkout, which installs the system libraries or prints the command that does"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at: its name, what was found, and what is wrong with it, or ""."""

    name: str
    value: str
    problem: str = ""


def doctor(request: DoctorRequest, console: Console) -> int:
    """Tell what was found; the exit status is 1 when something needed is missing."""
    # a disk that refuses remembers nothing, so what was found is handed on
    findings = examine(_measured(console) if request.measure else None)
    if request.json != STDOUT:
        console.show(findings_text(findings))
    if request.json is not None:
        console.deliver(json.dumps(findings_json(findings), indent=2) + "\n", request.json)
    return 1 if any(finding.problem for finding in findings) else 0


def _measured(console: Console) -> MachinePeak | None:
    try:
        from sepviz.cli.answer import answer_to  # here, as both need a NumPy that loads
        from sepviz.engine.machine import measure_peak
    except ImportError:
        return None
    return answer_to(measure_peak, "measuring", "this machine was not measured", console)


def examine(peak: MachinePeak | None = None) -> tuple[Finding, ...]:
    """Look at everything, in the order in which one thing needs another; `peak` is what was just measured."""
    return (
        Finding(name="sepviz", value=sepviz.__version__),
        Finding(name="python", value=f"{platform.python_version()} ({sys.executable})"),
        Finding(name="system", value=platform.platform()),
        *(_package(name) for name in _PACKAGES),
        _qt_package(),
        *_machine(peak),
        Finding(name="memory", value=_memory()),
        _resources(),
        _qt(),
        _display(),
    )


def findings_json(findings: tuple[Finding, ...]) -> dict[str, object]:
    """Return the findings as a JSON document."""
    problems = [{"name": finding.name, "problem": finding.problem} for finding in findings if finding.problem]
    return {"healthy": not problems, "found": {each.name: each.value for each in findings}, "problems": problems}


def findings_text(findings: tuple[Finding, ...]) -> str:
    """Return the findings as text for a terminal: what was found, then each problem with its next step."""
    width = max(len(finding.name) for finding in findings)
    lines = [f"{'!' if each.problem else ' '} {each.name:<{width}}  {each.value}" for each in findings]
    problems = [f"! {each.name}: {each.problem}" for each in findings if each.problem]
    return "\n".join([*lines, "", *(problems or ["All is well."])])


def _package(name: str) -> Finding:
    try:
        return Finding(name=name, value=version(name))
    except PackageNotFoundError:
        return Finding(name=name, value="missing", problem=f"it is not installed; run: python -m pip install {name}")


def _qt_package() -> Finding:
    installed = installed_qt()
    return Finding(name="PySide6", value=installed or "missing", problem=qt_obstacle(sys.version_info[:2], installed))


def _machine(peak: MachinePeak | None) -> Iterator[Finding]:
    try:
        from sepviz.engine.machine import (
            describe,
            remembered_peak,
        )  # here, because a NumPy that does not load is to be told, not raised
    except ImportError as error:
        yield Finding(
            name="BLAS",
            value="unknown",
            problem=f"NumPy does not load ({error}); run: python -m pip install --force-reinstall numpy",
        )
        return
    machine = describe()
    yield Finding(name="processor", value=f"{machine.cpu}, {counted(machine.cores, 'cores')} for this process")
    yield Finding(
        name="BLAS",
        value=f"{machine.blas}, {machine.blas_architecture} kernels, {counted(machine.blas_threads, 'threads')}; "
        f"one while the engine computes, with {counted(machine.threads, 'threads')} of its own",
    )
    yield Finding(name="limits", value=_limits(peak or remembered_peak()))


def _limits(peak: MachinePeak | None) -> str:
    if peak is None:
        return "not measured yet; run: sepviz doctor --measure"
    limits = f"{peak.gflops:,.1f} GFLOP/s (float32 matrix product)", f"{peak.bandwidth_gbps:,.1f} GB/s (copying memory)"
    return ", ".join(filter(None, (*limits, peak.circumstances)))


def _memory() -> str:
    try:
        pages, free = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_AVPHYS_PAGES")
        gib = os.sysconf("SC_PAGE_SIZE") / 2**30
    except (AttributeError, ValueError, OSError):
        return "unknown"
    return f"{pages * gib:,.1f} GiB, {free * gib:,.1f} GiB of them unused"


def _resources() -> Finding:
    try:
        folder, names = resource("samples"), ", ".join(samples())
    except FileNotFoundError as error:
        return Finding(name="resources", value="missing", problem=f"{error}; install sepviz again")
    if not names:
        return Finding(name="resources", value=str(folder), problem="there is no sample in it; install sepviz again")
    return Finding(name="resources", value=f"{folder.parent} (samples: {names})")


def _qt() -> Finding:
    # a program built by `make app` has no Python to start another process with, and brings the Qt it was built with
    return _bundled_qt() if getattr(sys, "frozen", False) else _tried_qt()


def _bundled_qt() -> Finding:
    try:
        for name in _QT_MODULES:
            import_module(f"PySide6.{name}")
    except ImportError as error:
        return Finding(name="Qt", value="does not load", problem=f"{error}; {_LIBRARIES_ADVICE}")
    return Finding(name="Qt", value="loads")


def _tried_qt() -> Finding:
    """Load Qt in a process of its own: what is missing may end that process, and only that."""
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", _QT_PROBE]
    try:
        probe = subprocess.run(
            command, env=environ, capture_output=True, text=True, errors="replace", timeout=QT_PROBE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Finding(name="Qt", value="unknown", problem=f"it could not be tried ({error}); try again")
    said = (probe.stdout if probe.returncode == 0 else probe.stderr or f"exit status {probe.returncode}").strip()
    reason = said.splitlines()[-1] if said else ""
    return Finding(
        name="Qt",
        value="does not load" if reason else "loads",
        problem=f"{reason}; {_LIBRARIES_ADVICE}" if reason else "",
    )


def _display() -> Finding:
    obstacle = display_obstacle()
    if not obstacle:
        return Finding(name="display", value="a window can open")
    # Without a display the program does its main job as text and figure: worth knowing, nothing to repair.
    problem = f"{obstacle}; {_LIBRARIES_ADVICE}" if UNUSABLE in obstacle else ""
    return Finding(name="display", value=obstacle, problem=problem)
