"""Bytes on a real socket, as a receipt printer gets them."""

import re
import socket
import time
from decimal import Decimal

import pytest
from django.utils import translation

from sales import printing
from sales.models import ReceiptPrinter, Sale
from sales.services import Tender, sale_cancel
from tests.factories import CustomerFactory, UserFactory

from .paper_printer import COVER_OPEN, MUTE, NO_PAPER, PaperPrinter
from .receipts import ReceiptShop, post

pytestmark = pytest.mark.django_db

RESET, KICK, CUT = b"\x1b@", b"\x1bp\x00", b"\x1dV\x00"
BARCODE = b"\x1dkI"
LONGEST_SECONDS = 6


@pytest.fixture(autouse=True)
def in_english(client):
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def paper_printer():
    with PaperPrinter() as printer:
        yield printer


def lines_of(job):
    """Return the text on the paper: what is left of the bytes without the commands."""
    job = re.sub(rb"\x1dkI(.)", lambda found: b"\x1dkI" + found[1], job, flags=re.DOTALL)
    at = job.find(BARCODE)
    if at >= 0:
        job = job[:at] + job[at + 4 + job[at + 3] :]
    commands = rb"\x1b@|\x1bp.{3}|\x1bt.|\x1b[!aEdM].|\x1d[hwfHV].|\x1b-."
    return re.sub(commands, b"", job, flags=re.DOTALL).decode("cp850").splitlines()


def test_the_printer_gets_the_receipt_line_by_line_then_the_barcode_and_the_cut(paper_printer):
    shop = ReceiptShop(address="Jl. Uji 1", receipt_footer="Terima kasih")
    sale = shop.sell(
        [(shop.soap, 2), (shop.rice, "0.25")],
        customer=CustomerFactory(name="Budi"),
        tenders=[Tender("CARD", Decimal(5_000), "4711"), Tender("CASH", Decimal(20_000))],
        discount=2_000,
        note="dented box",
    )
    number = sale.invoice_number

    printing.receipt_print(sale, shop.use_printer(paper_printer.port), is_copy=False)

    job = paper_printer.printed()
    lines = lines_of(job)
    assert lines[:4] == ["Toko Uji", "Jl. Uji 1", "-" * 48, f"Invoice{number:>41}"]
    assert lines[7:] == [
        "-" * 48,
        "Sabun Mandi",
        "2 pcs x 10,000 - 2,000                    18,000",
        "dented box",
        "Beras",
        "0.25 kg x 15,500                           3,875",
        "-" * 48,
        "Total IDR                                 21,875",
        "Card                                       5,000",
        "4711",
        "Cash                                      20,000",
        "Change                                     3,125",
        "-" * 48,
        "Terima kasih",
        number,
    ]
    assert job.startswith(RESET + KICK)
    assert job.count(BARCODE) == 1
    day, serial = number[4:10], number[11:]
    pairs = [bytes(int(digits[i : i + 2]) for i in (0, 2, 4)) for digits in (day, serial)]
    coded = b"{BINV-{C" + pairs[0] + b"{B-{C" + pairs[1]
    assert BARCODE + bytes([len(coded)]) + coded in job
    assert job.endswith(b"\x1bd\x06" + CUT)


def test_narrow_paper_has_32_columns_and_wraps_what_is_longer(paper_printer):
    shop = ReceiptShop()
    shop.soap.name = "Sabun Mandi Cair Antiseptik Isi Ulang 450 ml"
    shop.soap.save()
    sale = shop.sell([(shop.soap, 12)], discount=2_000, discount_percent=Decimal("1.67"))
    sale.invoice_number = "IMPORTED-" + "9" * 31

    printing.receipt_print(sale, shop.use_printer(paper_printer.port, width=58), is_copy=False)

    lines = lines_of(paper_printer.printed())
    assert max(map(len, lines)) == 32
    assert lines[2:5] == ["Invoice", f"IMPORTED-{'9' * 23}", " " * 24 + "9" * 8]
    at = lines.index("Sabun Mandi Cair Antiseptik Isi")
    assert lines[at : at + 4] == [
        "Sabun Mandi Cair Antiseptik Isi",
        "Ulang 450 ml",
        "12 pcs x 10,000 - 2,000",
        "(1.67 %)                 118,000",
    ]


def test_a_barcode_that_does_not_fit_the_paper_is_left_out(paper_printer):
    shop = ReceiptShop()
    narrow, sale = shop.use_printer(paper_printer.port, width=58), shop.sell()
    printing.receipt_print(sale, narrow, is_copy=False)
    assert BARCODE in paper_printer.printed()
    sale.invoice_number = "INV-261121-1004512"

    printing.receipt_print(sale, narrow, is_copy=False)

    assert BARCODE not in paper_printer.printed()


def test_letters_the_code_page_lacks_become_their_plain_ones(paper_printer):
    shop = ReceiptShop()
    shop.soap.name = "Crème ğ “lembut” 日本\x1b"
    shop.soap.save()

    printing.receipt_print(shop.sell(), shop.use_printer(paper_printer.port), is_copy=False)

    job = paper_printer.printed()
    assert b'Cr\x8ame g "lembut" ??' in job
    assert b"\x1bt\x02" in job


@pytest.mark.parametrize(
    ("tenders", "is_copy", "has_drawer", "kicks"),
    [
        (None, False, True, 1),
        ([Tender("CARD", Decimal(20_000), "1")], False, True, 0),
        ([Tender("CARD", Decimal(5_000), "1"), Tender("CASH", Decimal(15_000))], False, True, 1),
        (None, True, True, 0),
        (None, False, False, 0),
    ],
)
def test_the_drawer_opens_for_cash_on_the_first_print_only(paper_printer, tenders, is_copy, has_drawer, kicks):
    shop = ReceiptShop()
    printer = shop.use_printer(paper_printer.port, has_drawer=has_drawer)

    printing.receipt_print(shop.sell(tenders=tenders), printer, is_copy=is_copy)

    job = paper_printer.printed()
    assert job.count(KICK) == kicks
    assert ("COPY" in lines_of(job)) is is_copy


def test_a_cancelled_sale_opens_no_drawer(paper_printer):
    shop = ReceiptShop()
    sale = shop.sell()
    sale_cancel(sale_id=sale.pk, reason="wrong item", by=shop.manager)

    printing.receipt_print(Sale.objects.get(pk=sale.pk), shop.use_printer(paper_printer.port), is_copy=False)

    job = paper_printer.printed()
    assert KICK not in job
    assert "CANCELLED" in lines_of(job)


def test_the_drawer_alone_prints_nothing(paper_printer):
    printer = ReceiptPrinter(name="Kasir 1", host="127.0.0.1", port=paper_printer.port)

    printing.drawer_open(printer)

    assert re.fullmatch(rb"\x1b@\x1bp\x00..", paper_printer.printed(), flags=re.DOTALL)


def test_a_printer_without_a_drawer_says_so():
    with pytest.raises(printing.PrinterError, match="No cash drawer is connected to Kasir 1"):
        printing.drawer_open(ReceiptPrinter(name="Kasir 1", host="127.0.0.1", has_drawer=False))


def test_the_test_page_names_the_printer_and_has_a_barcode(paper_printer):
    printing.test_page(ReceiptPrinter(name="Kasir 1", host="127.0.0.1", port=paper_printer.port, width=58))

    job = paper_printer.printed()
    assert lines_of(job)[:3] == ["Kasir 1", f"127.0.0.1:{paper_printer.port}", "-" * 32]
    assert BARCODE in job
    assert KICK not in job
    assert job.endswith(CUT)


# --- Printers that do not print ------------------------------------------------------------
def refusal(port, host="127.0.0.1"):
    started = time.monotonic()
    with pytest.raises(printing.PrinterError) as refused:
        printing.test_page(ReceiptPrinter(name="Kasir 1", host=host, port=port))
    assert time.monotonic() - started < LONGEST_SECONDS
    return str(refused.value)


def test_a_printer_that_is_switched_off_is_named_with_the_next_step():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    assert refusal(port) == (
        "Kasir 1 does not answer at 127.0.0.1. Look whether it is switched on and connected, then print again."
    )


@pytest.mark.parametrize("host", ["", "no such printer", "x" * 90])
def test_an_address_that_is_none_is_no_crash(host):
    assert refusal(9100, host).startswith("Kasir 1 does not answer at ")


def test_a_port_that_is_none_is_no_crash():
    assert refusal(70_000).startswith("Kasir 1 does not answer at ")


def test_a_printer_that_takes_the_line_and_never_reads_holds_nobody_up():
    with PaperPrinter(hangs=True) as printer:
        said = refusal(printer.port)

    assert said == (
        "Kasir 1 was reached but says nothing. Look whether it printed; if not, switch it off and on, then print again."
    )


def test_a_printer_that_tells_no_status_prints_all_the_same():
    with PaperPrinter(MUTE) as printer:
        printing.test_page(ReceiptPrinter(name="Kasir 1", host="127.0.0.1", port=printer.port))

        job = printer.printed()

    assert job.endswith(CUT)


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        (NO_PAPER, "Kasir 1 is out of paper. Put in a new roll, then print again."),
        (COVER_OPEN, "Kasir 1 is not ready. Close its cover, then print again."),
    ],
)
def test_a_printer_that_is_not_ready_gets_nothing(answers, sentence):
    with PaperPrinter(answers) as printer:
        assert refusal(printer.port) == sentence
        assert printer.printed() == b""


# --- The till's address ---------------------------------------------------------------------
def test_the_till_prints_on_the_printer_of_its_shift(client, paper_printer):
    shop = ReceiptShop()
    shop.use_printer(paper_printer.port)
    sale = shop.sell()

    answer = post(client, shop.cashier, "sale_print", sale.pk)

    assert (answer.status_code, answer.json()["said"]) == (200, "The receipt is printed on Kasir 1.")
    job = paper_printer.printed()
    assert (KICK in job, "COPY" in lines_of(job)) == (True, False)
    post(client, shop.cashier, "sale_print", sale.pk, copy="1")
    job = paper_printer.printed()
    assert (KICK in job, "COPY" in lines_of(job)) == (False, True)


def test_the_till_only_opens_the_drawer_where_it_prints_nothing(client, paper_printer):
    shop = ReceiptShop()
    shop.use_printer(paper_printer.port)
    cash, card = shop.sell(), shop.sell(tenders=[Tender("CARD", Decimal(20_000), "1")])

    opened = post(client, shop.cashier, "sale_print", cash.pk, drawer="1")
    assert opened.json()["said"] == "The drawer is open."
    assert paper_printer.printed().startswith(RESET + KICK)
    assert post(client, shop.cashier, "sale_print", card.pk, drawer="1").json()["said"] == ""

    assert paper_printer.jobs == []


def test_without_a_printer_the_till_says_what_to_do(client):
    shop = ReceiptShop()
    sale = shop.sell()
    shop.use_printer(is_active=False)

    answer = post(client, shop.cashier, "sale_print", sale.pk)

    assert answer.status_code == 409
    assert answer.json()["said"] == "Your shift has no receipt printer. Print with the browser instead."


def test_a_printer_that_fails_is_said_and_nothing_is_lost(client):
    shop = ReceiptShop()
    shop.use_printer(1)
    sale = shop.sell()

    answer = post(client, shop.cashier, "sale_print", sale.pk)

    assert answer.status_code == 409
    assert answer.json()["said"].startswith("Kasir 1 does not answer at 127.0.0.1.")
    assert Sale.objects.get(pk=sale.pk).status == "PAID"


def test_without_the_page_script_the_sentence_stands_on_the_receipt(client, paper_printer):
    shop = ReceiptShop()
    shop.use_printer(paper_printer.port)
    sale = shop.sell()
    client.force_login(shop.cashier)

    page = client.post(f"/sales/{sale.pk}/print/", {"copy": "1"}, follow=True)

    assert page.redirect_chain == [(f"/sales/{sale.pk}/receipt/?copy=1", 302)]
    assert "The receipt is printed on Kasir 1." in page.content.decode()


def test_nobody_prints_a_sale_that_is_not_theirs_to_see(client, paper_printer):
    shop = ReceiptShop()
    shop.use_printer(paper_printer.port)
    sale = shop.sell()

    assert post(client, UserFactory(), "sale_print", sale.pk).status_code == 404
    assert post(client, UserFactory(role="Warehouse"), "sale_print", sale.pk).status_code == 403
    assert paper_printer.jobs == []
