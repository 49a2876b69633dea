"""Sales files as rows with line numbers: CSV or CSV.gz; comma, semicolon or tab; UTF-8 or Latin-1."""

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

REQUIRED = ("invoice", "sku", "qty", "price", "sold_at")
DELIMITERS = (",", ";", "\t")

# Headings that need no mapping; written without signs and capitals.
KNOWN_HEADINGS = {
    "invoice": ("invoice", "invoiceno", "invoicenumber"),
    "sku": ("sku", "stockcode", "productcode", "code"),
    "name": ("name", "description", "productname"),
    "qty": ("qty", "quantity"),
    "price": ("price", "unitprice"),
    "sold_at": ("soldat", "invoicedate", "date"),
    "customer": ("customer", "customerid", "customercode"),
    "customer_name": ("customername",),
    "country": ("country",),
}


class BadFile(Exception):
    """A file that cannot be read as sale lines at all. `code` names the fault, `data` what it is about."""

    def __init__(self, code: str, **data: str) -> None:
        super().__init__(code)
        self.code = code
        self.data = data


@dataclass(frozen=True)
class SalesFile:
    """A file that was looked through once. `lines`: how many text lines it has, for the progress bar."""

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    columns: dict[str, int]
    lines: int


@dataclass(frozen=True, slots=True)
class Row:
    """One record: the line it begins on, and its fields; None where it could not be taken apart."""

    line: int
    fields: list[str] | None


def inspect(path: Path, mapping: Mapping[str, str] | None = None) -> SalesFile:
    """Find out how `path` is written and which column holds what. Raises BadFile.

    mapping: our name → the file's heading, where the heading is none of `KNOWN_HEADINGS`.
    """
    encoding, lines = _encoding(path)
    with _text(path, encoding) as text:
        first = text.readline(100_000)
    if not first.strip():
        raise BadFile("empty")
    delimiter = max(DELIMITERS, key=first.count)
    header = tuple(heading.strip() for heading in next(csv.reader([first], delimiter=delimiter)))
    return SalesFile(path, encoding, delimiter, header, match_columns(header, mapping or {}), lines)


def match_columns(header: Sequence[str], mapping: Mapping[str, str]) -> dict[str, int]:
    """Return where each of our names stands in `header`. Raises BadFile naming what is missing.

    >>> match_columns(["InvoiceNo", "StockCode", "Quantity", "Preis", "InvoiceDate"], {"price": "Preis"})["price"]
    3
    """
    plain = [_plain(heading) for heading in header]
    columns: dict[str, int] = {}
    for name, heading in mapping.items():
        if name not in KNOWN_HEADINGS:
            raise BadFile("unknown_name", name=name, known=", ".join(KNOWN_HEADINGS))
        if _plain(heading) not in plain:
            raise BadFile("no_column", name=heading, header=", ".join(header))
        columns[name] = plain.index(_plain(heading))
    for name, headings in KNOWN_HEADINGS.items():
        found = [plain.index(heading) for heading in headings if heading in plain]
        if found and name not in columns:
            columns[name] = found[0]
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise BadFile("columns_missing", names=", ".join(missing), header=", ".join(header))
    return columns


def rows(file: SalesFile) -> Iterator[Row]:
    """Yield every record below the heading. Raises BadFile when the file breaks off."""
    with _text(file.path, file.encoding) as text:
        reader = csv.reader(text, delimiter=file.delimiter, strict=False)
        next(reader, None)
        while True:
            line = reader.line_num + 1
            try:
                yield Row(line, next(reader))
            except StopIteration:
                return
            except csv.Error:
                # A quote that never closes, or a field beyond all measure: this record only.
                yield Row(line, None)
            except (EOFError, OSError, zlib.error) as error:
                raise BadFile("broken", line=str(line)) from error


def _plain(heading: str) -> str:
    return "".join(letter for letter in heading.lower() if letter.isalnum())


@contextmanager
def _bytes(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        if packed:
            with gzip.GzipFile(fileobj=raw) as unpacked:
                yield unpacked  # type: ignore[misc]  # a GzipFile reads like any binary file
        else:
            yield raw


@contextmanager
def _text(path: Path, encoding: str) -> Iterator[io.TextIOWrapper]:
    with _bytes(path) as raw:
        text = io.TextIOWrapper(raw, encoding=encoding, newline="")
        try:
            yield text
        finally:
            text.detach()


def _encoding(path: Path) -> tuple[str, int]:
    """Return the encoding of the whole file and its number of lines. What is not UTF-8 is taken as Latin-1."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8, lines = True, 0
    try:
        with _bytes(path) as raw:
            while part := raw.read(1 << 20):
                lines += part.count(b"\n")
                is_utf8 = is_utf8 and _decodes(decoder, part)
    except (EOFError, OSError, zlib.error) as error:
        raise BadFile("broken", line=str(lines + 1)) from error
    is_utf8 = is_utf8 and _decodes(decoder, b"", final=True)
    return ("utf-8-sig" if is_utf8 else "latin-1"), lines


def _decodes(decoder: codecs.IncrementalDecoder, part: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(part, final)
    except UnicodeDecodeError:
        return False
    return True
