import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest

from inventori import exports

HEADER = ["Name", "Price", "Weight", "Pieces", "Day", "Moment"]
ROWS = [
    [
        'Kopi; "Gayo"',
        Decimal("12500.00"),
        Decimal("0.250"),
        3,
        date(2026, 11, 21),
        datetime(2026, 11, 21, 5, 5, tzinfo=UTC),
    ],
    ["Teh", Decimal("1234.50"), Decimal("2.000"), -4, None, None],
]


def sheet_of(header, rows):
    file = io.BytesIO()
    exports.write_xlsx(file, header, rows)
    return openpyxl.load_workbook(io.BytesIO(file.getvalue())).active


@pytest.mark.parametrize("text", ["=1+1", "+62811", "-5", "@SUM(A1)", "\tx", "\rx"])
def test_text_that_a_spreadsheet_would_run_gets_a_leading_apostrophe(text):
    lines = "".join(exports.csv_lines(["a"], [[text]]))
    cell = sheet_of(["a"], [[text]])["A2"]

    assert list(csv.reader(io.StringIO(lines, newline="")))[1] == [f"'{text}"]
    assert cell.data_type == "s"
    assert cell.value.startswith("'")


def test_headings_are_defused_too():
    assert next(exports.csv_lines(["=cmd"], [])) == "\ufeff'=cmd\r\n"
    assert sheet_of(["=cmd"], [])["A1"].value == "'=cmd"


def test_negative_numbers_stay_numbers():
    lines = "".join(exports.csv_lines(["n"], [[Decimal("-5.50")], [-3]]))
    sheet = sheet_of(["n"], [[Decimal("-5.50")], [-3]])

    assert lines == "\ufeffn\r\n-5.50\r\n-3\r\n"
    assert [sheet["A2"].value, sheet["A3"].value] == [-5.5, -3]


def test_csv_has_a_byte_order_mark_plain_decimals_and_local_iso_days():
    lines = "".join(exports.csv_lines(HEADER, ROWS))

    assert lines == (
        "\ufeffName,Price,Weight,Pieces,Day,Moment\r\n"
        '"Kopi; ""Gayo""",12500.00,0.250,3,2026-11-21,2026-11-21 12:05:00\r\n'
        "Teh,1234.50,2.000,-4,,\r\n"
    )


def test_csv_is_written_line_by_line():
    taken = []

    def rows():
        for number in range(1000):
            taken.append(number)
            yield [number]

    lines = exports.csv_lines(["n"], rows())
    next(lines)
    next(lines)

    assert taken == [0]


def test_xlsx_holds_real_numbers_and_days_under_a_bold_frozen_heading_with_filter_arrows():
    sheet = sheet_of(HEADER, ROWS)

    assert [cell.value for cell in sheet[2]][:4] == ['Kopi; "Gayo"', 12500, 0.25, 3]
    assert [cell.value.isoformat() for cell in sheet[2][4:]] == ["2026-11-21T00:00:00", "2026-11-21T12:05:00"]
    assert sheet["B2"].number_format == "#,##0"
    assert sheet["B3"].number_format == "#,##0.00"
    assert sheet["A1"].font.b
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:F3"


def test_xlsx_without_rows_still_has_its_heading():
    assert [cell.value for cell in sheet_of(HEADER, [])[1]] == HEADER


def test_rows_beyond_one_sheet_go_on_in_the_next(monkeypatch):
    monkeypatch.setattr(exports, "XLSX_MAX_ROWS", 2)
    file = io.BytesIO()

    exports.write_xlsx(file, ["n"], [[1], [2], [3]])

    book = openpyxl.load_workbook(io.BytesIO(file.getvalue()))
    assert [[row[0] for row in sheet.values] for sheet in book] == [["n", 1, 2], ["n", 3]]
