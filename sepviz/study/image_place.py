"""Where a picture is: a location as a path, which is checked before anything opens or reads it."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from sepviz.study.picture import SourceError, printable

MAX_FILE_BYTES = 2**30


def local_path(location: str) -> Path:
    """Return the path of a location: a path, or a file:// URL."""
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", location):
        return Path(location)
    url = urlsplit(location)
    if url.scheme.lower() != "file" or url.netloc not in ("", "localhost"):
        raise SourceError(f"{printable(location)} is not on this computer; save the picture and open the file")
    from urllib.request import url2pathname  # here, because it costs start-up time and is seldom needed

    return Path(url2pathname(url.path))


def checked_file(path: Path) -> Path:
    """Return `path`, absolute, when it is a regular file of a size that can be; a pipe or a device is never opened."""
    name = printable(path.name or str(path))
    try:
        path = path.expanduser().absolute()
        status = path.stat()
    except FileNotFoundError:
        raise SourceError(
            f"{name} is not there ({printable(str(path))}); check the name or choose another file"
        ) from None
    except (OSError, ValueError, RuntimeError) as error:
        refuse_unreadable(name, error)
    if stat.S_ISDIR(status.st_mode):
        raise SourceError(f"{name} is a folder; open an image file in it")
    if not stat.S_ISREG(status.st_mode):
        raise SourceError(f"{name} is a pipe or a device, not a file; save the picture as a file and open that")
    if status.st_size == 0:
        raise SourceError(f"{name} is empty (0 bytes); choose a file that holds a picture")
    check_file_size(status.st_size, name)
    return path


def check_file_size(size: int, name: str) -> None:
    """Refuse a file of more than :data:`MAX_FILE_BYTES`."""
    if size > MAX_FILE_BYTES:
        limit = f"{MAX_FILE_BYTES / 2**30:g} GiB"
        raise SourceError(f"{printable(name)} has {size / 2**30:.1f} GiB; the limit is {limit}: save a smaller copy")


def refuse_unreadable(name: str, error: Exception) -> NoReturn:
    """Say why a file cannot be read."""
    reason = (isinstance(error, OSError) and error.strerror) or str(error)
    raise SourceError(f"{name} cannot be read ({printable(reason)}); check the file and its permissions") from error
