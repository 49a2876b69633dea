"""GS1 labels, written and as scanners send them, and last days as people type them."""

from datetime import date

import pytest

from inventory.expiry_day import read_expiry
from inventory.gs1 import Gs1, is_gtin, read

ITEM = "08991234567891"
LABEL = Gs1(ITEM, "A1", date(2027, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        f"(01){ITEM}(17)271231(10)A1",
        f"(01){ITEM} (17)271231 (10)A1",
        f"(10)A1(01){ITEM}(17)271231",
        f"01{ITEM}1727123110A1",
        f"]d201{ITEM}1727123110A1",
        f"\x1d01{ITEM}10A1\x1d17271231",
        f"]C101{ITEM}17271231310200125010A1\x1d21SERIAL9",
        f"  01{ITEM}11260101172712313712\x1d10A1\n",
    ],
)
def test_a_label_is_read_in_each_form_it_comes_in(text):
    assert read(text) == LABEL


def test_a_label_may_say_less():
    assert read(f"(01){ITEM}") == Gs1(ITEM, "", None)
    assert read(f"01{ITEM}10LOT 7/B") == Gs1(ITEM, "LOT 7/B", None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "8991234567891",
        "SOAP",
        "01",
        f"01{ITEM}5",
        "0108991234567890",
        f"(01){ITEM}(17)271331",
        f"(01){ITEM}(17)270230",
        f"(01){ITEM}(17)27123",
        f"(01){ITEM}(10)",
        f"(01){ITEM}(10)A1)",
        "(17)271231(10)A1",
        f"01{ITEM}10{'A' * 21}",
        f"01{ITEM}17²71231",
    ],
)
def test_what_is_no_whole_label_is_none(text):
    assert read(text) is None


@pytest.mark.parametrize(
    ("two_digits", "day"),
    [("270200", date(2027, 2, 28)), ("280200", date(2028, 2, 29)), ("760131", date(2076, 1, 31))],
)
def test_the_day_nought_is_the_last_of_its_month(two_digits, day):
    assert read(f"(01){ITEM}(17){two_digits}").expires_on == day


def test_the_item_is_looked_for_under_its_shorter_barcodes_too():
    assert Gs1("08991234567891").barcodes == ["08991234567891", "8991234567891"]
    assert Gs1("00012345678905").barcodes == ["00012345678905", "0012345678905", "012345678905"]
    assert Gs1("00000012345670").barcodes == ["00000012345670", "0000012345670", "000012345670", "12345670"]
    assert Gs1("18991234567898").barcodes == ["18991234567898"]


def test_the_last_digit_of_an_item_checks_the_others():
    assert is_gtin(ITEM)
    assert not is_gtin("08991234567898")
    assert not is_gtin("8991234567891")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31-12-2027", date(2027, 12, 31)),
        ("1/2/2028", date(2028, 2, 1)),
        ("02-2028", date(2028, 2, 29)),
        (" 2.2027 ", date(2027, 2, 28)),
        ("2027-06-30", date(2027, 6, 30)),
    ],
)
def test_a_last_day_is_read_as_people_type_it(text, day):
    assert read_expiry(text) == day


@pytest.mark.parametrize(
    "text", ["", "12-31-2027", "31-02-2028", "13-2027", "2027", "31-12-27", "0-2027", "00-12-2027"]
)
def test_what_is_no_day_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        read_expiry(text)
