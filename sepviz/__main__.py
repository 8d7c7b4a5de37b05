"""The front door: a command, else the window, else, where no window can open, the main job as text and figure."""

from __future__ import annotations

import sys

from sepviz.cli.commands import run as run_command
from sepviz.cli.console import Console, abandon, standard_console
from sepviz.cli.parser import parse
from sepviz.cli.request import TextRequest, UsageError, WindowRequest

FAILED, REFUSED, INTERRUPTED = 1, 2, 130


def main(arguments: list[str] | None = None) -> int:
    """Do what `arguments` (by default those of this process) ask for, and return the exit status."""
    console = standard_console()
    try:
        status = _run(sys.argv[1:] if arguments is None else arguments, console)
        console.flush()
    except UsageError as error:
        console.complain(str(error))
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # who reads us has seen enough
        abandon(console.out)
        return 0
    except ImportError as error:
        *_, reason = ["", *str(error).strip().splitlines()]  # NumPy puts a page of advice before it
        console.complain(f"a package does not load ({reason}); 'sepviz doctor' tells what is missing")
        return FAILED
    except OSError as error:
        abandon(console.out)
        console.complain(
            f"the output could not be written ({error.strerror or error}); make room or write to another place"
        )
        return FAILED
    except MemoryError:
        console.complain("there is not enough free memory for this; take a smaller --size or fewer --out-channels")
        return FAILED
    return status


def _run(arguments: list[str], console: Console) -> int:
    request = parse(arguments)
    match request:
        case TextRequest(text=text):
            console.show(text)
            return 0
        case WindowRequest():
            return _open_window(request, console)
    return run_command(request, console)


def _open_window(request: WindowRequest, console: Console) -> int:
    from sepviz.cli.display import display_obstacle, installed_qt, qt_obstacle

    if obstacle := qt_obstacle(sys.version_info[:2], installed_qt()):
        raise UsageError(obstacle)
    if obstacle := display_obstacle():
        from sepviz.cli.compare import compare_without_window

        return compare_without_window(request, obstacle, console)
    from sepviz.gui.app import run  # here, so that no command waits for Qt

    return run(request.image, request.study, request.verbose)


if __name__ == "__main__":
    raise SystemExit(main())
