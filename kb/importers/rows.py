"""Reads the rows of a CSV or JSONL file, plain or gzip, one at a time, whatever program wrote it."""

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import IO, Any

from kb.articles import MAX_BODY
from kb.errors import FileProblem

_MOST_UNPACKED = 2_000_000_000
# Text packs to a tenth, a bomb to a thousandth.
_SUSPICIOUS, _MOST_TIMES = 50_000_000, 200
_LONGEST_LINE = 20_000_000
_GZIP = b"\x1f\x8b"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_AS_UTF_8 = "Save it as UTF-8 (“CSV UTF-8” in Excel)"
_BOM = b"\xef\xbb\xbf"
ARTICLE = "{“title”: …, “body”: …}"


@dataclass(frozen=True)
class Row:
    line: int
    values: dict[str, Any]


class Unreadable(Exception):
    """The file cannot be read from here on."""

    def __init__(self, problem: FileProblem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def is_jsonl(path: Path) -> bool:
    return {suffix.lower() for suffix in path.suffixes[-2:]} & {".jsonl", ".ndjson", ".json"} != set()


def read_rows(path: Path, problems: list[FileProblem], *, like: str = ARTICLE) -> Iterator[Row]:
    """Every row with the line it begins on. A row that is wrong is told and passed over; raises `Unreadable`.

    `like` is how a JSON line should look, for whoever has to mend one.
    """
    with _opened(path) as file:
        lines = _lines(path, file)
        if is_jsonl(path):
            yield from _json_rows(path, lines, problems, like)
        else:
            yield from _csv_rows(path, lines, problems)


def _opened(path: Path) -> IO[bytes]:
    try:
        file = path.open("rb")
    except OSError as error:
        remedy = "Give the path of a CSV or JSONL file"
        raise Unreadable(
            FileProblem(path, 0, f"the file cannot be opened ({error.strerror})", remedy)
        ) from None
    head = file.peek(2)[:2]
    if head in _UTF_16:
        file.close()
        raise Unreadable(FileProblem(path, 1, "the file is UTF-16", _AS_UTF_8))
    if head == _GZIP:
        return io.BufferedReader(_Unzipping(path, file))
    return file


class _Unzipping(io.RawIOBase):
    """Unpacks as it is read, and says which file is damaged."""

    def __init__(self, path: Path, packed: IO[bytes]) -> None:
        self._path, self._packed = path, packed
        self._plain = gzip.GzipFile(fileobj=packed)
        self._unpacked = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            read = self._plain.read(len(buffer))
        except (OSError, EOFError, zlib.error):
            remedy = "Pack or download it again"
            raise Unreadable(FileProblem(self._path, 0, "the gzip file is damaged", remedy)) from None
        self._unpacked += len(read)
        many_times = self._unpacked > _MOST_TIMES * max(self._packed.tell(), 1)
        if self._unpacked > _MOST_UNPACKED or (self._unpacked > _SUSPICIOUS and many_times):
            said = f"the gzip file holds over {self._unpacked // 1_000_000:,} MB, more than any export"
            raise Unreadable(FileProblem(self._path, 0, said, "Unpack it and look what is in it"))
        buffer[: len(read)] = read
        return len(read)

    def close(self) -> None:
        self._packed.close()
        super().close()


def plain_lines(path: Path) -> Iterator[str]:
    """Every line, whether the file is packed or not. Raises `Unreadable`."""
    with _opened(path) as file:
        yield from _lines(path, file)


def _lines(path: Path, file: IO[bytes]) -> Iterator[str]:
    for number, line in enumerate(iter(partial(file.readline, _LONGEST_LINE + 1), b""), start=1):
        if len(line) > _LONGEST_LINE:
            said = f"the line is over {_LONGEST_LINE // 1_000_000} MB"
            raise Unreadable(FileProblem(path, number, said, "Write one article a row"))
        try:
            yield (line.removeprefix(_BOM) if number == 1 else line).decode("utf-8")
        except UnicodeDecodeError:
            problem = FileProblem(path, number, "the file is not UTF-8 text", _AS_UTF_8)
            raise Unreadable(problem) from None


def _json_rows(path: Path, lines: Iterator[str], problems: list[FileProblem], like: str) -> Iterator[Row]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        if number == 1 and line.lstrip().startswith("["):
            problem = FileProblem(path, 1, "this is a JSON list", "Write one object a line (JSONL)")
            raise Unreadable(problem)
        try:
            values = json.loads(line)
        except (ValueError, RecursionError) as error:
            said = getattr(error, "msg", "it cannot be read")
            remedy = f"Each line is one JSON object: {like}"
            problems.append(FileProblem(path, number, f"this is not JSON ({said})", remedy))
            continue
        if isinstance(values, dict):
            yield Row(number, values)
        else:
            problems.append(FileProblem(path, number, "the line is no JSON object", f"Write {like}"))


def _csv_rows(path: Path, lines: Iterator[str], problems: list[FileProblem]) -> Iterator[Row]:
    # Python's own limit is 131,072 characters a cell, an article may be longer; one over ours is told as such.
    csv.field_size_limit(MAX_BODY * 4)
    first = next((line for line in lines if line.strip()), "")
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(_again(first, lines), delimiter=delimiter, strict=True)
    begins, header = 1, None
    try:
        for cells in reader:
            line, begins = begins, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = [cell.strip() for cell in cells]
            elif len(cells) > len(header):
                remedy = "Put texts that hold the separator in double quotes"
                said = f"the row has {len(cells)} cells, the first line has {len(header)}"
                problems.append(FileProblem(path, line, said, remedy))
            else:
                # A row that ends early still has every column, or the file would seem to lack them.
                yield Row(line, dict(zip_longest(header, cells, fillvalue="")))
    except csv.Error as error:
        remedy = "Close every quote; a quote inside a text is written twice"
        raise Unreadable(FileProblem(path, begins, f"the row cannot be read ({error})", remedy)) from None


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest
