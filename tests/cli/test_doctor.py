import io
import json
import subprocess
from importlib.metadata import PackageNotFoundError

import pytest

from sepviz.cli import doctor as module
from sepviz.cli.console import Console
from sepviz.cli.doctor import Finding, doctor, examine
from sepviz.cli.request import DoctorRequest
from sepviz.engine import machine
from sepviz.engine.machine import MachinePeak

HEALTHY = Finding(name="python", value="3.11")
ILL = Finding(name="numpy", value="missing", problem="it is not installed; run: python -m pip install numpy")


def console() -> Console:
    return Console(out=io.StringIO(), err=io.StringIO())


@pytest.mark.parametrize(("findings", "status"), [((HEALTHY,), 0), ((HEALTHY, ILL), 1)])
def test_that_the_exit_status_tells_whether_something_is_missing(
    findings: tuple[Finding, ...], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "examine", lambda peak: findings)
    assert doctor(DoctorRequest(), console()) == status


def test_that_a_problem_is_shown_with_its_next_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "examine", lambda peak: (HEALTHY, ILL))
    here = console()
    doctor(DoctorRequest(), here)
    assert f"! numpy: {ILL.problem}\n" in here.out.getvalue()
    assert "All is well" not in here.out.getvalue()


def test_that_json_is_one_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "examine", lambda peak: (HEALTHY, ILL))
    here = console()
    doctor(DoctorRequest(json="-"), here)
    assert json.loads(here.out.getvalue()) == {
        "healthy": False,
        "found": {"python": "3.11", "numpy": "missing"},
        "problems": [{"name": "numpy", "problem": ILL.problem}],
    }


def test_that_everything_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_qt", lambda: HEALTHY)
    names = {finding.name for finding in examine()}
    packages = {"numpy", "Pillow", "pyqtgraph", "threadpoolctl", "PySide6"}
    assert names >= packages | {"limits", "sepviz", "python", "BLAS", "processor", "memory", "resources", "display"}


def finding_of(name: str) -> Finding:
    return next(finding for finding in module._machine(None) if finding.name == name)


def test_that_processor_blas_threads_and_limits_are_told_with_their_day(monkeypatch: pytest.MonkeyPatch) -> None:
    peak = MachinePeak(gflops=150, bandwidth_gbps=28.14, measured_on="2024-02-29")
    monkeypatch.setattr(machine, "remembered_peak", lambda: peak)
    assert "for this process" in finding_of("processor").value
    assert "one while the engine computes, with " in finding_of("BLAS").value
    assert finding_of("limits").value == (
        "150.0 GFLOP/s (float32 matrix product), 28.1 GB/s (copying memory), measured 2024-02-29"
    )


def test_that_limits_that_are_not_known_are_measured_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "remembered_peak", lambda: None)
    assert finding_of("limits") == Finding(name="limits", value="not measured yet; run: sepviz doctor --measure")
    monkeypatch.setattr(machine, "measure_peak", lambda checkpoint: MachinePeak(gflops=7, bandwidth_gbps=3))
    monkeypatch.setattr(module, "_qt", lambda: HEALTHY)
    here = console()
    doctor(DoctorRequest(measure=True), here)
    assert "7.0 GFLOP/s (float32 matrix product), 3.0 GB/s" in here.out.getvalue()


def test_that_a_missing_package_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(module, "version", missing)
    finding = module._package("pyqtgraph")
    assert finding.value == "missing"
    assert "pip install pyqtgraph" in finding.problem


def test_that_the_broken_pair_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "installed_qt", lambda: "6.12.0")
    monkeypatch.setattr(module.sys, "version_info", (3, 11, 7, "final", 0))
    assert "aborts on Python 3.11" in module._qt_package().problem


@pytest.mark.parametrize(
    ("status", "said", "reason"),
    [
        (1, "Traceback\nImportError: libEGL.so.1: cannot open shared object file", "libEGL.so.1"),
        (-6, "", "exit status -6"),
    ],
)
def test_that_a_qt_which_does_not_load_is_a_finding(
    status: int, said: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = subprocess.CompletedProcess(args=[], returncode=status, stdout="", stderr=said)
    monkeypatch.setattr(subprocess, "run", lambda *args, **kwargs: ended)
    finding = module._qt()
    assert finding.value == "does not load"
    assert reason in finding.problem


def test_that_a_built_program_looks_at_the_qt_it_carries_and_starts_no_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.sys, "frozen", True, raising=False)
    monkeypatch.setattr(subprocess, "run", lambda *args, **kwargs: pytest.fail("there is no Python to start"))
    assert module._qt() == Finding(name="Qt", value="loads")
    monkeypatch.setattr(module, "_QT_MODULES", ("QtCore", "QtNowhere"))
    assert "QtNowhere" in module._qt().problem


def test_that_a_qt_which_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(*args: object, timeout: float, **kwargs: object) -> None:
        raise subprocess.TimeoutExpired("python", timeout)

    monkeypatch.setattr(subprocess, "run", hang)
    assert "30" in module._qt().problem


def test_that_no_display_is_told_but_is_no_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "display_obstacle", lambda: "there is no display")
    assert module._display() == Finding(name="display", value="there is no display")
