from datetime import datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook

from inventori.errors import InvalidInput
from master.importing.reading import MAX_ROWS, Formula, read_table
from tests.master.files import csv_of, rewritten, xlsx_of

KNOWN = {"sku", "name", "price"}


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_sign_between_cells_is_found(sign):
    table = read_table(csv_of(sign.join(["sku", "name"]), sign.join(["A1", "Kopi"])), "x.csv", KNOWN)

    assert (table.heading, table.rows) == (["sku", "name"], [(2, ["A1", "Kopi"])])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_the_encoding_is_found(encoding):
    table = read_table(csv_of("sku,name", "A1,Café", encoding=encoding), "x.csv", KNOWN)

    assert (table.heading, table.rows) == (["sku", "name"], [(2, ["A1", "Café"])])


def test_row_numbers_are_those_of_the_file_past_titles_empty_rows_and_cells_of_two_lines():
    content = csv_of("Our products,", "", "sku,name", ",", 'A1,"Kopi', 'hitam"', "A2,Teh", "#A3,example")

    table = read_table(content, "x.csv", KNOWN)

    assert table.heading_row == 3
    assert table.rows == [(5, ["A1", "Kopi\r\nhitam"]), (7, ["A2", "Teh"])]
    assert table.comments == 1


def test_a_workbook_keeps_its_row_numbers_and_types():
    table = read_table(xlsx_of(["List of goods"], [], ["sku", "price"], [], ["A1", 12500.5]), "x.xlsx", KNOWN)

    assert (table.heading_row, table.rows) == (3, [(5, ["A1", 12500.5])])


def test_leading_zeros_that_a_workbook_shows_are_kept():
    book = Workbook()
    book.active.append(["sku"])
    book.active.append([42])
    book.active["A2"].number_format = "00000"
    out = BytesIO()
    book.save(out)

    assert read_table(out.getvalue(), "x.xlsx", KNOWN).rows == [(2, ["00042"])]


def test_a_formula_that_was_never_calculated_is_marked():
    assert read_table(xlsx_of(["sku", "price"], ["A1", "=1+1"]), "x.xlsx", KNOWN).rows == [(2, ["A1", Formula("=1+1")])]


def test_a_date_stays_a_date():
    day = datetime(2026, 2, 1)  # noqa: DTZ001  a workbook knows no time zones

    assert read_table(xlsx_of(["sku"], [day]), "x.xlsx", KNOWN).rows == [(2, [day])]


def test_a_file_of_20000_rows_is_read_and_one_more_is_refused():
    rows = [f"A{number},x" for number in range(MAX_ROWS)]

    assert len(read_table(csv_of("sku,name", *rows), "x.csv", KNOWN).rows) == 20_000
    with pytest.raises(InvalidInput, match="more than 20,000 rows"):
        read_table(csv_of("sku,name", *rows, "B,x"), "x.csv", KNOWN)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The first row must name the columns, as in the template. Found instead: nothing."),
        (b"a,b\n1,2\n", "The first row must name the columns, as in the template. Found instead: a, b."),
        (b"PK\x03\x04 broken", "The workbook cannot be read."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "This is an old Excel file"),
        (b"sku\0\n", "x.csv is neither CSV nor XLSX."),
        (b"x" * (10 * 1024 * 1024 + 1), "The file is larger than 10 MB."),
    ],
)
def test_what_is_no_table_is_refused_with_one_sentence(content, sentence):
    with pytest.raises(InvalidInput) as refused:
        read_table(content, "x.csv", KNOWN)

    assert str(refused.value).startswith(sentence)


def with_damaged_sheet() -> bytes:
    """Return a workbook whose sheet cannot be unpacked."""
    book = bytearray(xlsx_of(["sku", "name"], ["A1", "Kopi"]))
    with ZipFile(BytesIO(book)) as archive:
        sheet = archive.getinfo("xl/worksheets/sheet1.xml")
    begins = sheet.header_offset + 30 + len(sheet.filename)
    book[begins : begins + 20] = b"\xff" * 20
    return bytes(book)


@pytest.mark.parametrize(
    "content",
    [
        with_damaged_sheet(),
        rewritten(xlsx_of(["sku"], ["A1"]), "[Content_Types].xml", lambda types: b"<a/>"),
    ],
)
def test_a_damaged_workbook_is_refused_with_one_sentence(content):
    with pytest.raises(InvalidInput, match="The workbook cannot be read"):
        read_table(content, "x.xlsx", KNOWN)


def test_a_workbook_with_an_empty_chart_sheet_is_refused_not_tripped_over():
    book = Workbook()
    book.active.append(["sku"])
    book.create_chartsheet()
    out = BytesIO()
    book.save(out)

    with pytest.raises(InvalidInput, match="The workbook cannot be read"):
        read_table(out.getvalue(), "x.xlsx", KNOWN)


def test_a_hidden_sheet_before_the_table_is_passed_over():
    book = Workbook()
    book.active.append(["choices"])
    book.active.sheet_state = "hidden"
    shown = book.create_sheet()
    shown.append(["sku"])
    shown.append(["A1"])
    book.active = 1
    out = BytesIO()
    book.save(out)

    assert read_table(out.getvalue(), "x.xlsx", KNOWN).rows == [(2, ["A1"])]


def test_only_the_first_sheet_is_read():
    book = load_workbook(BytesIO(xlsx_of(["sku"], ["A1"])))
    book.create_sheet().append(["sku"])
    out = BytesIO()
    book.save(out)

    assert read_table(out.getvalue(), "x.xlsx", KNOWN).rows == [(2, ["A1"])]
