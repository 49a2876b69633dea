from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from inventori.formfields import NumberField
from inventori.numbers import ENGLISH, INDONESIAN, parse_number, write_number
from master.barcodes import ean13_check_digit, expected_check_digit
from master.shop_forms import grouped_npwp


@pytest.mark.parametrize(
    ("text", "notation", "number"),
    [
        ("12.500", INDONESIAN, "12500"),
        ("1.234,56", INDONESIAN, "1234.56"),
        ("12500", INDONESIAN, "12500"),
        ("Rp 12.500", INDONESIAN, "12500"),
        ("-3", INDONESIAN, "-3"),
        ("1,234.56", ENGLISH, "1234.56"),
        ("12,500", ENGLISH, "12500"),
        ("0.25", ENGLISH, "0.25"),
    ],
)
def test_a_number_is_read_as_its_notation_writes_it(text, notation, number):
    assert parse_number(text, notation) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "notation"),
    [
        ("1.5", INDONESIAN),
        ("1,5", ENGLISH),
        ("1,23.456", ENGLISH),
        ("12.50.0", INDONESIAN),
        ("", ENGLISH),
        ("x", ENGLISH),
    ],
)
def test_a_number_in_the_other_notation_is_refused_and_never_guessed(text, notation):
    with pytest.raises(ValueError, match="is not written like"):
        parse_number(text, notation)


@pytest.mark.parametrize(("language", "typed", "shown"), [("id", "12.500", "12.500"), ("en", "12,500", "12,500")])
def test_a_number_field_reads_and_shows_the_language_of_the_reader(language, typed, shown):
    field = NumberField(max_digits=14, decimal_places=2)

    with translation.override(language):
        number = field.clean(typed)
        again = field.widget.format_value(Decimal("12500.00"))

    assert number == Decimal(12500)
    assert again == shown


def test_a_number_field_names_the_notation_it_wants():
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        NumberField(max_digits=14, decimal_places=2).clean("12.500,00")

    assert refused.value.messages == ["“12.500,00” is no number. Write it like 1,234.56."]


def test_a_quantity_is_written_without_trailing_zeros():
    with translation.override("id"):
        assert [write_number(Decimal(text)) for text in ("0.250", "3.000", "12500.50")] == ["0,25", "3", "12.500,5"]


def test_the_check_digit_of_an_ean13_is_the_one_that_is_printed():
    assert ean13_check_digit("590123412345") == 7
    assert expected_check_digit("5901234123457") is None
    assert expected_check_digit("5901234123451") == 7
    assert expected_check_digit("ABC-1") is None


def test_a_tax_number_is_grouped_as_the_tax_office_writes_it():
    assert grouped_npwp("01.234.567.8-901.234") == "01.234.567.8-901.234"
    assert grouped_npwp("012345678901234") == "01.234.567.8-901.234"
    assert grouped_npwp("0123456789012345") == "0123 4567 8901 2345"
    with pytest.raises(ValueError, match="15 or 16 digits"):
        grouped_npwp("123")
