"""Rows as CSV and XLSX, in constant memory, without formulas that a stranger typed."""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone

FORMATS = ("csv", "xlsx")
XLSX_MAX_ROWS = 1_048_575  # of a sheet, without the heading
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WHOLE, _CENTS, _MILLS, _DAY, _MOMENT = "#,##0", "#,##0.00", "#,##0.000", "dd-mm-yyyy", "dd-mm-yyyy hh:mm"


def defuse(text: str) -> str:
    """Keep a spreadsheet from running text as a formula: a leading apostrophe before = + - @ tab CR.

    >>> defuse("=1+1")
    "'=1+1"
    >>> defuse("Kopi 1+1")
    'Kopi 1+1'
    """
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


class _Echo:
    """A file that hands back what is written, so that the csv writer can stream."""

    def write(self, line: str) -> str:
        return line


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Yield the lines of a CSV file; numbers with a point, days as ISO 8601, in the active time zone."""
    writer = csv.writer(_Echo())
    # The byte-order mark tells spreadsheets that this is UTF-8.
    yield "\ufeff" + writer.writerow([defuse(str(name)) for name in header])
    for row in rows:
        yield writer.writerow([_csv_value(value) for value in row])


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """Stream rows as `name`.csv."""
    response = StreamingHttpResponse(csv_lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def xlsx_response(
    name: str, header: Sequence[str], rows: Iterable[Sequence[Any]], totals: Sequence[Any] = ()
) -> FileResponse:
    """Send rows as `name`.xlsx: real numbers and days, bold frozen heading, filter arrows, bold totals below."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  FileResponse closes it
    write_xlsx(file, header, rows, totals)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX_TYPE)


def write_xlsx(file: Any, header: Sequence[str], rows: Iterable[Sequence[Any]], totals: Sequence[Any] = ()) -> None:
    """Write a workbook into `file`; rows that exceed a sheet go on in the next.

    totals: a last line that the filter of the rows leaves alone.
    """
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "default_date_format": _DAY})
    looks = {kind: book.add_format({"num_format": kind}) for kind in (_WHOLE, _CENTS, _MILLS, _DAY, _MOMENT)}
    bold = book.add_format({"bold": True, "bottom": 1})
    sheet, at = None, XLSX_MAX_ROWS
    for row in rows:
        if sheet is None or at >= XLSX_MAX_ROWS:
            _close_sheet(sheet, header, at)
            sheet, at = _new_sheet(book, header, bold), 0
        at += 1
        for column, value in enumerate(row):
            _write_cell(sheet, at, column, value, looks)
    if sheet is None:
        sheet, at = _new_sheet(book, header, bold), 0
    _close_sheet(sheet, header, at)
    bold_looks = {kind: book.add_format({"num_format": kind, "bold": True, "top": 1}) for kind in looks}
    for column, value in enumerate(totals):
        _write_cell(sheet, at + 1, column, value, bold_looks, bold)
    book.close()


def _new_sheet(book: Any, header: Sequence[str], bold: Any) -> Any:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(header):
        sheet.set_column(column, column, max(12, min(40, len(str(name)) + 6)))
        sheet.write_string(0, column, defuse(str(name)), bold)
    return sheet


def _close_sheet(sheet: Any, header: Sequence[str], last_row: int) -> None:
    if sheet is not None and header:
        sheet.autofilter(0, 0, last_row, len(header) - 1)


def _write_cell(sheet: Any, row: int, column: int, value: Any, looks: dict[str, Any], text_look: Any = None) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, Decimal):
        sheet.write_number(row, column, value, looks[_number_look(value)])
    elif isinstance(value, int):
        sheet.write_number(row, column, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, _local(value), looks[_MOMENT])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, looks[_DAY])
    else:
        sheet.write_string(row, column, defuse(str(value)), text_look)


def _number_look(value: Decimal) -> str:
    if value == value.to_integral_value():
        return _WHOLE
    return _CENTS if value == round(value, 2) else _MILLS


def _csv_value(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return _local(value).isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return value
    return defuse(str(value))


def _local(value: datetime) -> datetime:
    return timezone.make_naive(value) if timezone.is_aware(value) else value
