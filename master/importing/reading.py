"""Rows out of a CSV or XLSX file, with the row numbers and column letters that the file's owner sees."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from inventori.errors import InvalidInput

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 20_000
# A small zip can unfold into more than the machine's memory.
MAX_UNZIPPED = 300 * 1024 * 1024
HEADING_WITHIN = 10  # rows: a title may stand above the heading
_ENCODINGS = ("utf-8-sig", "cp1252")
# What openpyxl raises for a workbook that is damaged, or was never one.
_UNREADABLE = (
    *(InvalidFileException, zipfile.BadZipFile, zlib.error, OSError, EOFError),
    *(KeyError, IndexError, ValueError, SyntaxError, TypeError, AttributeError),
)
_ZEROS = re.compile(r"0{2,}")


@dataclass(frozen=True)
class Formula:
    """A cell whose formula was never calculated: its value is not in the file."""

    text: str


@dataclass
class Table:
    """heading: column names as they stand in the file; rows: (row number, cells), empty and comment rows left out."""

    heading: list[str]
    heading_row: int
    rows: list[tuple[int, list[Any]]] = field(default_factory=list)
    comments: int = 0


def read_table(content: bytes, file_name: str, known: set[str]) -> Table:
    """Read the table of a file. The heading is the first row, of the first ten, that names a `known` column.

    Raises InvalidInput when the file is too large, no table, or names no known column.
    """
    if len(content) > MAX_BYTES:
        raise InvalidInput(_("The file is larger than 10 MB. Divide it into several."))
    rows = _xlsx_rows(content) if content[:4] == b"PK\x03\x04" else _csv_rows(content, file_name)
    table: Table | None = None
    seen: list[list[str]] = []
    for number, cells in rows:
        if table is None:
            names = [_text(cell) for cell in cells]
            if any(normal(name) in known for name in names):
                table = Table(_trimmed(names), number)
            elif any(names) and len(seen) < HEADING_WITHIN:
                seen.append(names)
            elif len(seen) >= HEADING_WITHIN:
                break
        else:
            _take(table, number, cells)
    if table is None:
        found = ", ".join(name for name in (seen[0] if seen else []) if name)[:200]
        raise InvalidInput(
            _("The first row must name the columns, as in the template. Found instead: %(found)s.")
            % {"found": found or _("nothing")}
        )
    return table


def normal(name: str) -> str:
    """Return a column's name as it is compared: "Selling Price" and "selling_price" are one."""
    return re.sub(r"[\W_]+", "_", name.strip().casefold()).strip("_")


def column_letter(index: int) -> str:
    return str(get_column_letter(index + 1))


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def _trimmed(names: list[str]) -> list[str]:
    while names and not names[-1]:
        names.pop()
    return names


def _take(table: Table, number: int, cells: list[Any]) -> None:
    """Take a row in, unless it holds nothing or begins with # as the template's example does."""
    first = next((text for cell in cells if (text := _text(cell))), "")
    if first.startswith("#"):
        table.comments += 1
    elif first:
        if len(table.rows) >= MAX_ROWS:
            raise InvalidInput(_("The file has more than 20,000 rows. Divide it into several."))
        table.rows.append((number, cells))


def _csv_rows(content: bytes, file_name: str) -> Iterator[tuple[int, list[Any]]]:
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise InvalidInput(_("This is an old Excel file (.xls). Save it as .xlsx or CSV."))
    text = _decoded(content)
    if "\0" in text:
        raise InvalidInput(_("%(file)s is neither CSV nor XLSX.") % {"file": file_name})
    first_lines = text[:20_000].splitlines()[:HEADING_WITHIN]
    if first_lines and first_lines[0].startswith("sep="):
        delimiter = first_lines[0][4:5] or ","
    else:
        delimiter = max(";,\t|", key=lambda sign: max((line.count(sign) for line in first_lines), default=0))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        # A quoted cell may span lines: the row number is that of its first line.
        begins = 1
        for cells in reader:
            yield begins, list(cells)
            begins = reader.line_num + 1
    except csv.Error as error:
        raise InvalidInput(_("Row %(row)s cannot be read as CSV.") % {"row": reader.line_num}) from error


def _decoded(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _xlsx_rows(content: bytes) -> Iterator[tuple[int, list[Any]]]:
    has_formulas = _check_zip(content)
    try:
        values = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        formulas = load_workbook(io.BytesIO(content), read_only=True) if has_formulas else None
        sheet = _first_shown(values)
        sheet.reset_dimensions()
        raw = _formula_rows(formulas) if formulas else iter(())
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            row = [_cell_value(cell) for cell in cells]
            yield number, _mark_uncalculated(row, next(raw, ())) if formulas else row
    except _UNREADABLE as error:
        raise InvalidInput(_("The workbook cannot be read. Save it again as .xlsx, or as CSV.")) from error


def _first_shown(book: Any) -> Any:
    """Return the first sheet that its owner sees: a hidden one holds lists for choosing, or worse."""
    return next((sheet for sheet in book.worksheets if sheet.sheet_state == "visible"), book.worksheets[0])


def _formula_rows(book: Any) -> Iterator[tuple[Any, ...]]:
    sheet = _first_shown(book)
    sheet.reset_dimensions()
    return iter(sheet.iter_rows(values_only=True))


def _check_zip(content: bytes) -> bool:
    """Refuse a workbook that unfolds into too much; say whether a sheet of it holds formulas."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNZIPPED:
                raise InvalidInput(_("The workbook unfolds into more than 300 MB. Divide it into several."))
            sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
            return any(b"<f" in archive.read(name) for name in sheets if name.endswith(".xml"))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as error:
        raise InvalidInput(_("The workbook cannot be read. Save it again as .xlsx, or as CSV.")) from error


def _cell_value(cell: Any) -> Any:
    value = cell.value
    if isinstance(value, int) and not isinstance(value, bool) and _ZEROS.fullmatch(str(cell.number_format or "")):
        # The sheet shows leading zeros that the number itself has not.
        return str(value).zfill(len(cell.number_format))
    return value


def _mark_uncalculated(row: list[Any], raw: tuple[Any, ...]) -> list[Any]:
    return [
        Formula(formula) if value is None and isinstance(formula, str) and formula.startswith("=") else value
        for value, formula in zip(row, [*raw, *[None] * (len(row) - len(raw))], strict=False)
    ]
