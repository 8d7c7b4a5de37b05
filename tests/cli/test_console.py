import io
from pathlib import Path

import pytest

from sepviz.cli.console import Console, standard_console
from sepviz.cli.request import UsageError


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def console(err: io.StringIO | None = None) -> Console:
    return Console(out=io.StringIO(), err=err or io.StringIO())


def test_that_a_result_ends_with_one_new_line() -> None:
    here = console()
    here.show("a")
    here.show("b\n")
    assert here.out.getvalue() == "a\nb\n"


def test_that_a_complaint_is_one_line_whatever_it_holds() -> None:
    here = console()
    here.complain("bad\nname\r\n  of a file")
    assert here.err.getvalue() == "sepviz: bad name of a file\n"
    assert here.out.getvalue() == ""


def test_that_no_file_name_breaks_a_line_or_commands_the_terminal() -> None:
    here = console(Terminal())
    here.note("wrote a\nb\x1b[31m.png")
    with here.busy("drawing a\x1b[31m.png"):
        here.progress("timing on a\n.png", 0.5)
    written = here.err.getvalue().replace("\r\x1b[2K", "")
    assert written == "wrote a\ufffdb\ufffd[31m.png\ndrawing a\ufffd[31m.png…timing on a\ufffd.png 50%"


def test_that_progress_is_told_to_a_terminal_only() -> None:
    silent, watched = console(), console(Terminal())
    for each in (silent, watched):
        each.progress("comparing", 0.25)
        each.end_progress()
    assert silent.err.getvalue() == ""
    assert "comparing 25%" in watched.err.getvalue()
    assert watched.err.getvalue().endswith("\r\x1b[2K")


def test_that_a_document_for_stdout_is_alone_there() -> None:
    here = console()
    here.deliver("{}\n", "-")
    assert (here.out.getvalue(), here.err.getvalue()) == ("{}\n", "")


def test_that_a_document_for_a_file_is_written_and_told(tmp_path: Path) -> None:
    here, path = console(), tmp_path / "cost.json"
    here.deliver("{}\n", str(path))
    assert path.read_text() == "{}\n"
    assert here.err.getvalue() == f"wrote {path}\n"


def test_that_a_file_which_cannot_be_written_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no folder"):
        console().deliver("{}", str(tmp_path / "missing" / "cost.json"))


def test_that_a_sign_which_the_terminal_lacks_does_not_end_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, encoding="ascii"))
    here = standard_console()
    here.show("3 × 32 × 32")
    here.flush()
    assert raw.getvalue() == b"3 ? 32 ? 32\n"


def test_that_a_program_without_streams_can_speak(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", None)
    monkeypatch.setattr("sys.stderr", None)
    here = standard_console()
    here.show("text")
    here.complain("text")
    here.flush()
