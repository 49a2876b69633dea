"""The pages of a shift, as a cashier and a manager meet them."""

import socket
import threading
from decimal import Decimal

import pytest
from django.urls import reverse

from inventori.posting import new_key
from inventory.warehouse_choice import SESSION_KEY
from sales.models import CashMove, ReceiptPrinter, Shift, ShiftCount
from sales.services import cash_move_post, shift_close
from tests.factories import ShopProfileFactory, UserFactory, WarehouseFactory, open_shift

from .test_shifts import Till

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def till(client):
    till = Till()
    client.force_login(till.cashier)
    return till


def address(name, *args):
    return reverse(f"sales:{name}", args=args)


# --- In the morning -------------------------------------------------------------------
def opening(client, follow="", **fields):
    form = client.get(address("shift_open"), {"next": follow}).context["form"]
    given = {"key": form.initial["key"], "warehouse": form.initial["warehouse"].pk, "next": follow}
    return client.post(address("shift_open"), given | fields)


def test_the_first_page_of_the_day_asks_for_the_float_and_leads_to_the_till(client):
    cashier, warehouse = UserFactory(), WarehouseFactory()
    client.force_login(cashier)

    page = client.get(address("shift_own"), follow=True)
    answer = opening(client, opening_float="200,000")

    assert page.redirect_chain == [("/shift/open/", 302)]
    assert b"autofocus" in page.content
    assert answer.url == "/pos/"
    shift = Shift.objects.get()
    assert (shift.open_for, shift.warehouse, shift.opening_float) == (cashier, warehouse, 200_000)


def test_the_warehouse_of_the_shift_is_chosen_for_the_session_too(client):
    client.force_login(UserFactory())
    _first, second = WarehouseFactory(), WarehouseFactory()

    answer = opening(client, "/sales/", opening_float="0", warehouse=second.pk)

    assert answer.url == "/sales/"
    assert client.session[SESSION_KEY] == second.pk
    assert Shift.objects.get().warehouse == second


def test_opening_leads_to_no_other_site(client):
    client.force_login(UserFactory())
    WarehouseFactory()

    assert opening(client, "https://evil.example/", opening_float="0").url == "/"


def test_a_printer_is_asked_for_where_there_is_one(client):
    client.force_login(UserFactory())
    WarehouseFactory()
    assert "printer" not in client.get(address("shift_open")).context["form"].fields
    printer = ReceiptPrinter.objects.create(name="Front", host="10.0.0.9")

    opening(client, opening_float="0", printer=printer.pk)

    assert Shift.objects.get().printer == printer


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Count the money in the drawer. Enter 0 when it is empty."),
        ("lots", "is no number"),
        ("-5", "greater than or equal to 0"),
    ],
)
def test_an_opening_without_a_right_float_comes_back_as_typed(client, typed, sentence):
    client.force_login(UserFactory())
    WarehouseFactory()

    answer = opening(client, "/sales/", opening_float=typed)

    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert 'name="next" value="/sales/"' in answer.content.decode()
    assert Shift.objects.count() == 0


def test_a_shop_without_a_warehouse_opens_no_shift(client):
    client.force_login(UserFactory())

    answer = client.post(address("shift_open"), {"key": new_key(), "opening_float": "0"})

    assert "There is no warehouse to sell from." in client.get(address("shift_open")).content.decode()
    assert answer.status_code == 400
    assert Shift.objects.count() == 0


def test_who_has_a_shift_is_asked_for_no_other(client, till):
    assert client.get(address("shift_open"), {"next": "/pos/"}).url == "/pos/"

    answer = client.post(
        address("shift_open"), {"key": new_key(), "warehouse": till.warehouse.pk, "opening_float": "5"}
    )

    assert answer.status_code == 409
    assert "Your shift is open already" in answer.content.decode()
    assert Shift.objects.count() == 1


def test_the_last_float_is_offered_again(client, till):
    till.close({100_000: 1})
    Shift.objects.update(opening_float=150_000)

    assert client.get(address("shift_open")).context["handy"] == ["100,000", "150,000", "200,000", "300,000", "500,000"]


# --- Cash and drawer --------------------------------------------------------------------
def post_cash(client, **fields):
    return client.post(
        address("shift_cash"), {"key": new_key(), "kind": "OUT", "amount": "30,000", "reason": "bank"} | fields
    )


def test_cash_is_taken_out_with_its_reason(client, till):
    answer = post_cash(client)

    assert answer.url == "/shift/"
    move = CashMove.objects.get()
    assert (move.kind, move.amount, move.reason, move.shift, move.by) == (
        "OUT",
        30_000,
        "bank",
        till.shift,
        till.cashier,
    )
    assert "30,000 taken out." in client.get(address("shift_own")).content.decode()


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"reason": ""}, 400, "Say what for"),
        ({"amount": ""}, 400, "Enter how much money it is."),
        ({"amount": "0"}, 400, "Enter how much money it is."),
        ({"kind": "OPEN"}, 400, "Select a valid choice"),
        ({"amount": "100,001"}, 409, "The drawer should hold 100,000 only."),
    ],
)
def test_a_refused_cash_move_comes_back_as_typed(client, till, fields, status, sentence):
    answer = post_cash(client, **fields)

    assert answer.status_code == status
    assert sentence in answer.content.decode()
    assert CashMove.objects.count() == 0


def test_without_a_shift_the_cash_and_close_pages_lead_to_opening_one(client):
    client.force_login(UserFactory())
    WarehouseFactory()

    assert client.get(address("shift_cash")).url == "/shift/open/"
    assert client.get(address("shift_drawer")).url == "/shift/open/"
    assert client.get(address("shift_close_own")).url == "/shift/open/"
    answer = post_cash(client)
    assert (answer.status_code, "Your shift is not open" in answer.content.decode()) == (409, True)


def test_opening_the_drawer_without_a_printer_is_noted(client, till):
    asked = client.get(address("shift_drawer"), {"next": "/shift/"})
    given = asked.context["form"].initial

    answer = client.post(address("shift_drawer"), given | {"reason": "give change", "next": asked.context["next"]})

    assert (given["reason"], answer.url) == ("Give change", "/shift/")
    assert list(CashMove.objects.values_list("kind", "amount", "reason")) == [("OPEN", 0, "give change")]
    assert "Open the drawer with its key." in client.get(address("shift_own")).content.decode()


def test_the_drawer_of_the_shifts_printer_opens(client, till):
    printer = ListeningPrinter()
    till.shift.printer = ReceiptPrinter.objects.create(name="Front", host="127.0.0.1", port=printer.port)
    till.shift.save()

    answer = client.post(address("shift_drawer"), {"key": new_key(), "reason": "give change"}, headers={"x-till": "1"})

    assert answer.json() == {"said": "The drawer is open.", "tone": "success"}
    # ESC p: the pulse that opens a cash drawer.
    assert b"\x1bp" in printer.received()


def test_a_printer_that_is_off_leaves_the_opening_noted(client, till):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
    till.shift.printer = ReceiptPrinter.objects.create(name="Front", host="127.0.0.1", port=port)
    till.shift.save()

    answer = client.post(address("shift_drawer"), {"key": new_key(), "reason": "give change"}, headers={"x-till": "1"})

    assert (answer.status_code, answer.json()["tone"]) == (200, "warning")
    assert "Front" in answer.json()["said"]
    assert CashMove.objects.count() == 1


def test_what_is_noted_once_opens_the_drawer_once(client, till):
    given = {"key": new_key(), "reason": "give change"}
    client.post(address("shift_drawer"), given, headers={"x-till": "1"})

    again = client.post(address("shift_drawer"), given, headers={"x-till": "1"})

    assert again.json()["tone"] == "warning"
    assert "noted already" in again.json()["said"]
    assert CashMove.objects.count() == 1


def test_opening_the_drawer_for_no_reason_is_refused(client, till):
    page = client.post(address("shift_drawer"), {"key": new_key(), "reason": " "})
    assert (page.status_code, "Say why the drawer is opened." in page.content.decode()) == (400, True)

    answer = client.post(address("shift_drawer"), {"key": new_key(), "reason": " "}, headers={"x-till": "1"})

    assert (answer.status_code, answer.json()["said"]) == (400, "Say why the drawer is opened.")
    assert CashMove.objects.count() == 0


class ListeningPrinter:
    """A socket in the place of a receipt printer: it says that it is ready and keeps what it hears."""

    def __init__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.heard = b""
        self.thread = threading.Thread(target=self._listen)
        self.thread.start()

    def _listen(self):
        line, _from = self.server.accept()
        with line:
            while part := line.recv(1024):
                self.heard += part
                if part.startswith(b"\x10\x04"):
                    line.sendall(b"\x12")

    def received(self):
        self.thread.join(timeout=10)
        self.server.close()
        return self.heard


# --- In the evening ---------------------------------------------------------------------
def test_the_drawer_is_counted_and_the_shift_closed(client, till):
    till.sell(2)
    page = client.get(address("shift_close_own"))
    assert page.context["expected"] == 120_000

    answer = client.post(
        address("shift_close", till.shift.pk),
        {"pieces_50000": "2", "pieces_10000": " 2 ", "pieces_500": "", "note": ""},
    )

    assert answer.url == f"/shifts/{till.shift.pk}/"
    shift = Shift.objects.get()
    assert (shift.is_open, shift.expected_cash, shift.counted_cash) == (False, 120_000, 120_000)
    assert list(ShiftCount.objects.values_list("value", "pieces")) == [(50_000, 2), (10_000, 2)]
    assert "The drawer held what it should." in client.get(answer.url).content.decode()


def test_closing_twice_shows_the_closed_shift(client, till):
    counts = {"pieces_100000": "1"}
    first = client.post(address("shift_close", till.shift.pk), counts)

    again = client.post(address("shift_close", till.shift.pk), counts)

    assert first.url == again.url
    assert client.get(address("shift_close", till.shift.pk)).url == first.url
    assert ShiftCount.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"pieces_50000": "1"}, "The drawer should hold 100,000, and 50,000 is counted."),
        ({"pieces_50000": "-1"}, "greater than or equal to 0"),
        ({"pieces_50000": "two"}, "Enter a whole number."),
        ({"pieces_50000": "100000"}, "less than or equal to 99999"),
        ({"pieces_50000": "1", "note": "x" * 201}, "at most 200 characters"),
    ],
)
def test_a_refused_count_comes_back_as_typed(client, till, fields, sentence):
    answer = client.post(address("shift_close_own"), fields)

    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert f'value="{fields["pieces_50000"]}"' in answer.content.decode()
    assert Shift.objects.get().is_open


def test_a_difference_is_closed_with_its_note_and_named(client, till):
    client.post(address("shift_close_own"), {"pieces_50000": "1", "note": "Stolen"})

    page = client.get(address("shift_show", till.shift.pk)).content.decode()
    assert "IDR 50,000 was missing in the drawer." in page
    assert "Stolen" in page


def test_an_unpaid_basket_is_announced_and_kept(client, till):
    till.basket()

    assert "One basket is not paid yet. It is kept" in client.get(address("shift_close_own")).content.decode()


def test_pounds_are_counted_in_pence(client):
    ShopProfileFactory(currency="GBP")
    till = Till()
    client.force_login(till.cashier)

    client.post(address("shift_close_own"), {"pieces_0.50": "3", "pieces_50": "2", "note": "short"})

    assert Shift.objects.get().counted_cash == Decimal("101.50")


# --- Whose shift ------------------------------------------------------------------------
def test_the_shift_of_a_stranger_is_not_there_for_a_cashier(client, till):
    other = open_shift(UserFactory(), till.warehouse, 70_000)

    for name in ("shift_show", "shift_slip", "shift_close"):
        assert client.get(address(name, other.pk)).status_code == 404
    answer = client.post(address("shift_close", other.pk), {"pieces_50000": "1", "pieces_20000": "1"})

    assert answer.status_code == 404
    assert Shift.objects.get(pk=other.pk).is_open
    assert str(other) not in client.get(address("shift_list")).content.decode()


def test_a_manager_sees_and_closes_the_shifts_of_others(client, till):
    manager = UserFactory(role="Manager")
    client.force_login(manager)
    assert str(till.shift) in client.get(address("shift_list")).content.decode()

    client.post(address("shift_close", till.shift.pk), {"pieces_100000": "1"})

    assert Shift.objects.get().closed_by == manager
    assert str(manager) in client.get(address("shift_show", till.shift.pk)).content.decode()


@pytest.mark.parametrize("role", ["Warehouse", "Analyst"])
def test_who_neither_sells_nor_manages_sees_no_shift(client, till, role):
    client.force_login(UserFactory(role=role))

    for name, args in (("shift_own", ()), ("shift_list", ()), ("shift_show", (till.shift.pk,))):
        assert client.get(address(name, *args)).status_code == 403


def test_the_list_asks_as_often_for_three_shifts_as_for_one(client, till, django_assert_num_queries):
    client.force_login(UserFactory(role="Manager"))
    client.get(address("shift_list"))
    with django_assert_num_queries(9):
        client.get(address("shift_list"))

    for _shift in range(2):
        open_shift(UserFactory(), till.warehouse)
    with django_assert_num_queries(9):
        client.get(address("shift_list"))


def test_the_list_is_filtered_and_exported(client, till):
    till.sell(2)
    till.close({100_000: 1}, note="20,000 missing")
    other = open_shift(till.cashier, till.warehouse)

    found = [row.item for row in client.get(address("shift_list"), {"state": "open"}).context["page"].table]
    table = client.get(address("shift_list"), {"state": "closed", "export": "csv"})

    assert found == [other]
    lines = b"".join(table.streaming_content).decode() if table.streaming else table.content.decode()
    assert [part in lines for part in (str(till.shift), str(other), "120000", "-20000")] == [True, False, True, True]


# --- X and Z ----------------------------------------------------------------------------
def test_the_report_is_x_while_the_shift_is_open_and_z_when_it_is_closed(client, till):
    till.sell(2)
    cash_move_post(kind="OUT", amount=Decimal(5_000), reason="ice", key=new_key(), by=till.cashier)

    paper = client.get(address("shift_slip", till.shift.pk), {"print": "1"}).content.decode()
    assert "X REPORT" in paper
    assert "data-print-now" in paper
    assert "115,000" in paper

    shift_close(shift_id=till.shift.pk, counts={Decimal(100_000): 1}, note="15 short", by=till.cashier)

    paper = client.get(address("shift_slip", till.shift.pk), {"width": "58"}).content.decode()
    assert "Z REPORT" in paper
    assert 'class="is-58mm"' in paper
    assert "−15,000" in paper
    assert "ice" in paper


def test_the_paper_is_as_wide_as_the_shop_says(client, till):
    ShopProfileFactory(receipt_width=58)

    assert 'class="is-58mm"' in client.get(address("shift_slip", till.shift.pk)).content.decode()
