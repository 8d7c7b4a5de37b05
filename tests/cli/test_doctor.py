import io
import json
import subprocess
from importlib.metadata import PackageNotFoundError

import pytest

from sepviz.cli import doctor as module
from sepviz.cli.console import Console
from sepviz.cli.doctor import Finding, doctor, examine
from sepviz.cli.request import DoctorRequest

HEALTHY = Finding(name="python", value="3.11")
ILL = Finding(name="numpy", value="missing", problem="it is not installed; run: python -m pip install numpy")


def console() -> Console:
    return Console(out=io.StringIO(), err=io.StringIO())


@pytest.mark.parametrize(("findings", "status"), [((HEALTHY,), 0), ((HEALTHY, ILL), 1)])
def test_that_the_exit_status_tells_whether_something_is_missing(
    findings: tuple[Finding, ...], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "examine", lambda: findings)
    assert doctor(DoctorRequest(), console()) == status


def test_that_a_problem_is_shown_with_its_next_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "examine", lambda: (HEALTHY, ILL))
    here = console()
    doctor(DoctorRequest(), here)
    assert f"! numpy: {ILL.problem}\n" in here.out.getvalue()
    assert "All is well" not in here.out.getvalue()


def test_that_json_is_one_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "examine", lambda: (HEALTHY, ILL))
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
    assert names >= packages | {"sepviz", "python", "BLAS", "processor", "memory", "resources", "display"}


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


def test_that_a_qt_which_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(*args: object, timeout: float, **kwargs: object) -> None:
        raise subprocess.TimeoutExpired("python", timeout)

    monkeypatch.setattr(subprocess, "run", hang)
    assert "30" in module._qt().problem


def test_that_no_display_is_told_but_is_no_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "display_obstacle", lambda: "there is no display")
    assert module._display() == Finding(name="display", value="there is no display")
