"""Files of captions as checked UTF-8: every fault becomes a SourceError with its line."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from plugins.api import SourceError

_GZIP_MAGIC = b"\x1f\x8b"


@contextmanager
def opened(path: Path) -> Iterator[CheckedFile]:
    """Open a plain or gzipped text file for reading; what fails inside becomes a SourceError."""
    try:
        if path.is_dir():
            raise SourceError(path, "this is a folder: name the file of captions in it")
        if not path.exists():
            raise SourceError(path, "there is no such file: is the path right?")
        if not path.is_file():
            raise SourceError(path, "this is not a regular file")
        with path.open("rb") as raw:
            packed = raw.peek(2)[:2] == _GZIP_MAGIC  # by content: a name may lie
            stream: io.BufferedIOBase = gzip.GzipFile(fileobj=raw) if packed else raw
            yield CheckedFile(path, stream)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise SourceError(path, "the gzip file is damaged or cut short") from error
    except OSError as error:
        raise SourceError(path, f"cannot be read: {error.strerror or error}") from error


class CheckedFile:
    """Bytes of a UTF-8 file without its byte order mark; refuses other encodings and NUL bytes."""

    def __init__(self, path: Path, stream: io.BufferedIOBase) -> None:
        self.path = path
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._line = 1
        self._start = True

    def read(self, size: int = 1 << 16) -> bytes:
        """Return the next bytes, b"" at the end."""
        data = self._stream.read(size)
        if self._start and size != 0:
            self._start = False
            data = data.removeprefix(codecs.BOM_UTF8)
        self._check(data, final=not data and size != 0)
        return data

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yield (line number from 1, text with its line end)."""
        for number, data in enumerate(self._stream, 1):
            raw = data.removeprefix(codecs.BOM_UTF8) if number == 1 else data
            if b"\0" in raw:
                raise SourceError(self.path, _NUL, number)
            try:
                yield number, raw.decode("utf-8")
            except UnicodeDecodeError as error:
                raise SourceError(self.path, _not_utf8(error), number) from error

    def _check(self, data: bytes, final: bool) -> None:
        nul = data.find(b"\0")
        if nul >= 0:
            raise SourceError(self.path, _NUL, self._line + data.count(b"\n", 0, nul))
        try:
            self._decoder.decode(data, final)
        except UnicodeDecodeError as error:
            line = self._line + error.object.count(b"\n", 0, error.start)
            raise SourceError(self.path, _not_utf8(error), line) from error
        self._line += data.count(b"\n")


_NUL = "a NUL byte: this is not a text file"


def _not_utf8(error: UnicodeDecodeError) -> str:
    return f"not UTF-8 text (byte 0x{error.object[error.start]:02x})"


def checked_text(path: Path, value: object, what: str, line: int | None = None) -> str:
    """Return `value` as a string that can be stored; SourceError naming `what` otherwise."""
    if not isinstance(value, str):
        raise SourceError(path, f"{what} is not text but {kind_of(value)}", line)
    if "\0" in value:
        raise SourceError(path, f"{what} holds a NUL character", line)
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise SourceError(
            path, f"{what} holds half a character (a lone surrogate)", line
        ) from error
    return value


def kind_of(value: object) -> str:
    """Name the JSON type of a value, with its article."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, str):
        return "a text"
    return "a list" if isinstance(value, list) else "an object"
