"""Try the real window on a real X server: drags from a second process, clipboard, dialogs, keys and mouse.

``python tests/x11/try_window.py [DISPLAY [FOLDER]]`` runs on DISPLAY (default :85), leaves its screenshots in FOLDER,
prints a line for every promise, and ends with status 1 if one is broken; pytest does not collect it. It needs Xvfb,
openbox, xdotool, xclip and ImageMagick's ``import``.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, TypeAlias
from urllib.parse import unquote

from PIL import Image, ImageChops

if TYPE_CHECKING:
    from collections.abc import Callable

Box: TypeAlias = tuple[int, int, int, int]
ROOT = Path(__file__).resolve().parents[2]
COFFEE, BRICK = (ROOT / "resources" / "samples" / name for name in ("coffee.png", "brick.png"))
PNG = b"\x89PNG"
UNWRITABLE = Path("/sys/kernel/figure.png")
"""Nobody may make a file there, not even root."""
EVENTS = re.compile(r"(opened .+ \d+x\d+ \S+|rejected .+: .+|compared \d+ in \d+ ms|exported .+)")
WIDTH, HEIGHT = 1000, 740
MESSAGE: Box = (330, HEIGHT - 110, WIDTH, HEIGHT - 26)
"""The foot of the page, over which a message lies."""
STATUS: Box = (600, HEIGHT - 30, WIDTH, HEIGHT)
PAGE: Box = (330, 130, WIDTH, HEIGHT - 40)
SHEET: Box = (330, 300, WIDTH, HEIGHT - 60)
TILE = (420, 420)
"""A point of the baseline's sheet."""

broken: list[str] = []


def check(promise: str, kept: bool, seen: object = "") -> None:
    """Print whether a promise was kept, and what was seen."""
    sys.stdout.write(f"{'pass' if kept else 'FAIL'}  {promise}   [{seen}]\n")
    sys.stdout.flush()
    if not kept:
        broken.append(promise)


class Screen:
    """An X server and a window manager of our own, and the hands that work on them."""

    def __init__(
        self, display: str, folder: Path, looks: Path, keep: ExitStack, manager: tuple[str, ...] = ("openbox",)
    ) -> None:
        self.folder, self.looks, self._keep = folder, looks, keep
        self.env = {key: text for key, text in os.environ.items() if not key.startswith(("QT_", "WAYLAND"))}
        self.env |= {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        self.env |= {name: str(folder / name) for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")}
        self.start("Xvfb", display, "-screen", "0", "1280x800x24", "-nolisten", "tcp")
        until(lambda: self.do("getmouselocation") != "")
        self.start(*manager)

    def start(self, *command: str, log: IO[bytes] | int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(command, env=self.env, stdout=subprocess.DEVNULL, stderr=log)
        self._keep.callback(end, process)
        return process

    def do(self, *words: object) -> str:
        """Run one chain of xdotool commands and return what it prints."""
        command = ["xdotool", *map(str, words)]
        return subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=30).stdout.strip()

    def window(self, title: str) -> str:
        """Return the id of the window with that title as soon as it is visible."""

        def seen() -> list[str]:
            return self.do("search", "--onlyvisible", "--name", title).split()

        if not until(lambda: bool(seen())):
            written = [log.read_text(encoding="utf-8")[-2000:] for log in self.folder.glob("*.log")]
            raise SystemExit(f"FAIL  no window is called {title!r}; the programs wrote {written}")
        return seen()[-1]

    def look(self, name: str) -> Image.Image:
        path = self.looks / f"x11_{name.replace(' ', '_').replace('/', '-')}.png"
        subprocess.run(["import", "-window", "root", str(path)], env=self.env, check=True)
        return Image.open(path).convert("RGB")

    def offer(self, kind: str, data: bytes) -> None:
        """Put `data` on the clipboard."""
        subprocess.run(["xclip", "-selection", "clipboard", "-t", kind], env=self.env, input=data, check=True)

    def offered(self, kind: str) -> bytes:
        """Return what is on the clipboard."""
        command = ["xclip", "-selection", "clipboard", "-t", kind, "-o"]
        return subprocess.run(command, env=self.env, capture_output=True, timeout=10).stdout


class Window:
    """The window under test, known by what it logs, by its title and by its pixels."""

    def __init__(self, screen: Screen, *arguments: str) -> None:
        self.screen, self.log, self._read = screen, screen.folder / f"{time.monotonic_ns()}.log", 0
        with self.log.open("wb") as log:
            self.process = screen.start(sys.executable, str(ROOT / "main.py"), *arguments, "--verbose", log=log)
        self.id = screen.window("sepviz$")
        screen.do("windowsize", "--sync", self.id, WIDTH, HEIGHT, "windowmove", "--sync", self.id, 270, 30)
        self.activate()
        time.sleep(0.5)
        place = dict(line.split("=") for line in screen.do("getwindowgeometry", "--shell", self.id).split("\n"))
        self.x, self.y = int(place["X"]), int(place["Y"])

    @property
    def title(self) -> str:
        return self.screen.do("getwindowname", self.id)

    def activate(self) -> None:
        self.screen.do("windowactivate", "--sync", self.id)

    def lines(self) -> list[str]:
        return self.log.read_text(encoding="utf-8").splitlines()

    def line(self, start: str, seconds: float = 6.0) -> str:
        """Return the next line that begins with `start`, "" if none comes in time; those before it are skipped."""

        def fresh() -> list[str]:
            return [text for text in self.lines()[self._read :] if text.startswith(start)]

        if not until(lambda: bool(fresh()), seconds):
            return ""
        text = fresh()[0]
        self._read = self.lines().index(text, self._read) + 1
        return text

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def press(self, *keys: str) -> None:
        for key in keys:
            self.screen.do("key", key)
            time.sleep(0.15)

    def look(self, name: str, box: Box = (0, 0, WIDTH, HEIGHT)) -> Image.Image:
        left, top, right, bottom = box
        return self.screen.look(name).crop((self.x + left, self.y + top, self.x + right, self.y + bottom))


def until(there: Callable[[], bool], seconds: float = 15.0) -> bool:
    stop = time.monotonic() + seconds
    while not (came := there()) and time.monotonic() < stop:
        time.sleep(0.03)
    return came


def end(process: subprocess.Popen[bytes]) -> None:
    """End one of our own programs, the hard way if it does not listen."""
    process.terminate()
    if not until(lambda: process.poll() is not None, 5.0):
        process.kill()
    process.wait()


def changed(before: Image.Image, after: Image.Image) -> float:
    """Return the share of pixels that differ."""
    difference = ImageChops.difference(before, after).convert("L").point(lambda value: 255 if value > 8 else 0)
    return difference.histogram()[255] / (before.width * before.height)


def check_line(promise: str, window: Window, start: str) -> None:
    line = window.line(start)
    check(promise, line != "", line or window.lines()[-1:])


def check_change(promise: str, before: Image.Image, after: Image.Image, least: float) -> None:
    share = changed(before, after)
    check(promise, share > least, f"{share:.2%} changed")


def drag(window: Window, *payload: str) -> Image.Image:
    """Drag what the second program offers onto the window, drop it, and return what it looked like before the drop."""
    screen = window.screen
    source = screen.start(sys.executable, str(ROOT / "tests" / "x11" / "drag_source.py"), *payload)
    screen.do("windowmove", "--sync", screen.window("drag source"), 10, 300, "sleep", 0.3)
    screen.do("mousemove", 60, 380, "mousedown", 1)
    for x in (80, 140, 200, 260, 330, 480, 640, 700):
        screen.do("mousemove", x, 300, "sleep", 0.06)
    time.sleep(0.5)
    held = window.look("overlay")
    screen.do("mousemove", 704, 304, "sleep", 0.1, "mouseup", 1, "sleep", 0.3)
    end(source)
    window.activate()
    return held


def try_drags(window: Window, photo: Path) -> None:
    empty = window.look("empty")
    check_change("an overlay appears while dragging", empty, drag(window, "files", str(photo)), 0.15)
    check_line("a dropped file with spaces and other letters opens", window, f"opened {photo.name} 600x400 RGB")
    check_line("it is compared", window, "compared")
    check("the title names it", window.title == f"{photo.name} — sepviz", window.title)
    quiet = window.look("dropped", MESSAGE)
    drag(window, "image", str(BRICK))
    check_line("dropped image data opens", window, "opened dropped picture 512x512")
    drag(window, "files", str(photo), str(BRICK))
    check_line("of several dropped files the first opens", window, f"opened {photo.name} ")
    time.sleep(0.5)
    check_change("a notice tells that there were others", quiet, window.look("several files", MESSAGE), 0.02)
    refusals = {
        "a folder": ("files", str(photo.parent)),
        "a remote address": ("files", "https://example.org/cat.png"),
        "plain text": ("text", "only", "words"),
        "a file that is no picture": ("files", __file__),
        "a missing file": ("files", f"{photo.parent}/not there.png"),
    }
    for what, payload in refusals.items():
        before = window.look("before a refusal", MESSAGE)
        drag(window, *payload)
        check_line(f"{what} is refused with a reason", window, "rejected")
        check_change("  and the window tells it", before, window.look(f"refused {what}", MESSAGE), 0.005)
    check("a refusal leaves the picture", window.title == f"{photo.name} — sepviz", window.title)


def try_clipboard(window: Window, photo: Path) -> None:
    screen = window.screen
    pasted = (
        ("image data opens", "image/png", BRICK.read_bytes(), "opened pasted picture 512x512"),
        ("file opens", "text/uri-list", photo.as_uri().encode() + b"\r\n", f"opened {photo.name} 600x400"),
        ("text is refused", "UTF8_STRING", b"only words", "rejected pasted text: "),
    )
    for what, kind, data, answer in pasted:
        screen.offer(kind, data)
        window.press("ctrl+v")
        check_line(f"pasted {what}", window, answer)
    window.press("ctrl+c")
    kinds = screen.offered("TARGETS").decode().split()
    check("Ctrl+C offers image and file", {"image/png", "text/uri-list"} <= set(kinds), kinds)
    address = unquote(screen.offered("text/uri-list").decode().strip())
    check("  the picture's own file", address == f"file://{photo}", address)
    copied = screen.offered("image/png")
    check("  and a PNG", copied.startswith(PNG), len(copied))
    window.press("ctrl+shift+c")
    came = until(lambda: screen.offered("image/png")[:4] == PNG and screen.offered("image/png") != copied, 8.0)
    check("Ctrl+Shift+C offers another PNG, the figure", came, len(screen.offered("image/png")))


def save_as(window: Window, path: Path, seconds: float) -> str:
    """Answer the export dialogs by keyboard and return the line that is logged."""
    window.press("ctrl+e")
    window.screen.window("Export the comparison")
    window.screen.do("sleep", 0.4, "key", "ctrl+a", "type", "--delay", 12, str(path))
    window.press("Return")
    time.sleep(0.5)
    window.press("Return")  # the size that is proposed, without the claims
    return window.line("exported", seconds)


def try_export(window: Window) -> None:
    out = window.screen.folder / "out"
    out.mkdir()
    for name, start in {"a.png": PNG, "b.svg": b"<?xml", "c.pdf": b"%PDF", "d": PNG}.items():
        path = out / (name if "." in name else f"{name}.png")
        line = save_as(window, out / name, 15.0)
        check(f"Ctrl+E saves {name}", line == f"exported {path}" and path.read_bytes().startswith(start), line)
    before = window.look("exported", MESSAGE)
    line = save_as(window, UNWRITABLE, 3.0)
    check("what cannot be written is not called exported", line == "", line)
    check_change("  but told", before, window.look("unwritable", MESSAGE), 0.005)


def try_keys(window: Window) -> None:
    keys = {"ctrl+r": "other weights", "ctrl+z": "those before", "ctrl+shift+z": "the others", "F5": "the same again"}
    for key, what in keys.items():
        window.press(key)
        check_line(f"{key} compares with {what}", window, "compared")
    time.sleep(2.5)
    window.press("Escape")  # by now time is measured unasked
    time.sleep(1.0)
    rest = window.look("rest", STATUS)
    window.press("F6")
    check_change("F6 measures, and shows it", rest, window.look("F6", STATUS), 0.02)
    window.press("Escape")
    time.sleep(0.5)
    left = changed(rest, window.look("Escape", STATUS))
    check("Escape stops it", left < 0.001, left)
    page = window.look("page", PAGE)
    for number in (5, 4, 3, 2, 1):
        window.press(f"ctrl+{number}")
        time.sleep(0.8)
        page, before = window.look(f"tab {number}", PAGE), page
        check_change(f"Ctrl+{number} turns to another view", before, page, 0.05)


def try_mouse(window: Window) -> None:
    screen, (x, y) = window.screen, (window.x + TILE[0], window.y + TILE[1])
    screen.do("mousemove", x, y, "click", 1, "sleep", 0.8)
    fitted = page = window.look("clicked", SHEET)
    pan = ("mousedown", 1, "mousemove", x + 20, y + 10, "sleep", 0.05, "mousemove", x + 60, y + 40, "mouseup", 1)
    steps: dict[str, tuple[object, ...]] = {
        "Right chooses the next map": ("key", "Right"),
        "Down chooses the map below": ("key", "Down"),
        "Up and Left lead back": ("key", "Up", "sleep", 0.2, "key", "Left"),
        "the wheel zooms": ("click", "--repeat", 4, "--delay", 60, 4),
        "a drag pans": pan,
        "Ctrl+0 shows the whole sheet": ("key", "ctrl+0"),
        "Enter opens the chosen map": ("key", "Return"),
    }
    for promise, words in steps.items():
        screen.do(*words, "sleep", 0.8)
        page, before = window.look(promise, SHEET), page
        check_change(promise, before, page, 0.002)
        if promise.startswith(("Up", "Ctrl+0")):
            check("  as it was", changed(fitted, page) < 0.004, changed(fitted, page))


def try_closing(screen: Screen) -> None:
    for key in ("ctrl+q", "alt+F4"):
        window = Window(screen, "sample:coffee", "--kernel-size", "15", "--out-channels", "256", "--size", "native")
        window.press("F5")
        started = time.monotonic()
        screen.do("key", key)
        until(window.has_ended, 10.0)
        seconds, status = time.monotonic() - started, window.process.poll()
        check(f"{key} while computing ends it with status 0", status == 0, status)
        check("  within 2 s", seconds < 2, f"{seconds:.2f} s")
        check_log(window)


def check_log(window: Window) -> None:
    strange = [line for line in window.lines() if not EVENTS.fullmatch(line)]
    check("stderr has events only, no warning and no traceback", not strange, strange[-3:])


def main(display: str = ":85", looks: str = "") -> int:
    with TemporaryDirectory(prefix="sepviz-x11-") as name, ExitStack() as keep:
        folder = Path(name)
        pictures = Path(looks or folder / "looks")
        pictures.mkdir(parents=True, exist_ok=True)
        photo = folder / "Föhn über Zürich – 日本 (1).png"
        photo.write_bytes(COFFEE.read_bytes())
        screen = Screen(display, folder, pictures, keep)
        window = Window(screen)
        try_drags(window, photo)
        try_clipboard(window, photo)
        try_export(window)
        try_keys(window)
        try_mouse(window)
        check_log(window)
        end(window.process)
        try_closing(screen)
    sys.stdout.write(f"{len(broken)} promises broken\n")
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
