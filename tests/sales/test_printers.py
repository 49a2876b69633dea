import socket
import threading

import pytest
from auditlog.models import LogEntry
from django.urls import reverse

from inventori.errors import InvalidInput, NotAllowed
from inventori.permissions import ADMIN, MANAGER
from sales.models import ReceiptPrinter
from sales.services.printers import printer_save, printer_set_active
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

COUNTER = ("Counter", "192.168.1.50", 9100, 80, True, True)


@pytest.fixture
def admin(client):
    client.force_login(UserFactory(role=ADMIN))
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def counter():
    return ReceiptPrinter.objects.create(name="Counter", host="192.168.1.50")


def stored():
    return list(ReceiptPrinter.objects.values_list("name", "host", "port", "width", "has_drawer", "is_active"))


def filled(**more):
    return {"name": "Counter", "host": "192.168.1.50", "port": "9100", "width": "80", "has_drawer": "on", **more}


def page_of(printer, page="change"):
    return reverse(f"sales:printer_{page}", args=[printer.pk])


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def test_an_empty_list_says_what_happens_without_a_printer(admin):
    page = admin.get(reverse("sales:printer_list")).text

    assert "No receipt printers. Without one, receipts go to the print dialog of the browser." in page


def test_a_new_printer_is_saved_and_offers_its_test_page(admin):
    answer = admin.post(reverse("sales:printer_create"), filled(), follow=True)

    assert said(answer) == ["Counter is saved."]
    assert page_of(ReceiptPrinter.objects.get(), "test") in answer.text
    assert stored() == [COUNTER]


def test_a_printer_is_changed(admin, counter):
    sent = filled(name="Back office", host="printer.lan", port="9101", width="58", has_drawer="")

    admin.post(page_of(counter), sent)

    assert stored() == [("Back office", "printer.lan", 9101, 58, False, True)]


@pytest.mark.parametrize(
    ("sent", "errors"),
    [
        ({"name": "Counter"}, {"name": ["Another printer has this name already."]}),
        ({"host": "192.168.1.50:9100"}, {"host": ["Enter an address such as 192.168.1.50, without a port."]}),
        ({"host": "http://printer/"}, {"host": ["Enter an address such as 192.168.1.50, without a port."]}),
        ({"host": "two words"}, {"host": ["Enter an address such as 192.168.1.50, without a port."]}),
        ({"port": "0"}, {"port": ["Enter a port from 1 to 65535."]}),
        ({"port": "65536"}, {"port": ["Enter a port from 1 to 65535."]}),
        ({"width": "76"}, {"width": ["Select a valid choice. 76 is not one of the available choices."]}),
    ],
)
def test_a_printer_that_cannot_be_reached_like_this_is_refused_beside_its_field(admin, counter, sent, errors):
    page = admin.post(reverse("sales:printer_create"), filled(name="Second") | sent)

    assert page.context["form"].errors == errors
    assert stored() == [COUNTER]


@pytest.mark.parametrize("host", ["192.168.1.50", "printer.lan", "kasir-1", "fe80::1"])
def test_names_and_both_kinds_of_addresses_are_taken(admin, host):
    admin.post(reverse("sales:printer_create"), filled(host=host))

    assert [row[1] for row in stored()] == [host]


def test_a_printer_is_deactivated_and_activated_again(admin, counter):
    off = admin.post(page_of(counter, "deactivate"), follow=True)
    between = stored()
    on = admin.post(page_of(counter, "activate"), follow=True)

    assert said(off) == ["Counter is no longer in use. Its history stays."]
    assert between == [(*COUNTER[:-1], False)]
    assert said(on) == ["Counter is in use again."]
    assert stored() == [COUNTER]


def listening():
    """Return a printer's port on this machine and what it hears; it says "fit" to every question."""
    server, heard = socket.create_server(("127.0.0.1", 0)), []

    def hear():
        line, _address = server.accept()
        with line:
            while piece := line.recv(4096):
                heard.append(piece)
                if piece.startswith(b"\x10\x04"):
                    line.sendall(b"\x12")

    thread = threading.Thread(target=hear, daemon=True)
    thread.start()
    return server, thread, heard


def test_a_test_page_goes_to_the_printer(admin, counter):
    server, thread, heard = listening()
    ReceiptPrinter.objects.update(host="127.0.0.1", port=server.getsockname()[1])

    with server:
        answer = admin.post(page_of(counter, "test"), follow=True)
        thread.join(10)

    assert said(answer) == ["A test page was sent to Counter."]
    assert b"TEST-123456" in b"".join(heard)


def test_a_printer_that_is_switched_off_is_named_and_nothing_changes(admin, counter):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    ReceiptPrinter.objects.update(host="127.0.0.1", port=port)

    answer = admin.post(page_of(counter, "test"), follow=True)

    assert said(answer) == [
        "Counter does not answer at 127.0.0.1. Look whether it is switched on and connected, then print again."
    ]
    assert stored() == [("Counter", "127.0.0.1", port, 80, True, True)]


def test_a_test_page_is_printed_by_a_post_only(admin, counter):
    assert admin.get(page_of(counter, "test")).status_code == 405


def test_a_name_that_came_in_between_is_refused(counter):
    with pytest.raises(InvalidInput, match="Another printer is called Counter") as refused:
        printer_save(printer=ReceiptPrinter(name="Counter", host="10.0.0.1"), by=UserFactory(role=ADMIN))

    assert refused.value.field == "name"
    assert stored() == [COUNTER]


def test_a_manager_changes_no_printer(counter):
    manager = UserFactory(role=MANAGER)
    counter.host = "10.0.0.1"

    with pytest.raises(NotAllowed, match="Only an admin may change receipt printers"):
        printer_save(printer=counter, by=manager)
    with pytest.raises(NotAllowed, match="Only an admin may change receipt printers"):
        printer_set_active(printer=counter, is_active=False, by=manager)

    assert stored() == [COUNTER]


def test_a_change_stands_in_the_audit_trail(admin, counter):
    admin.post(page_of(counter, "deactivate"))

    assert LogEntry.objects.get_for_object(counter).latest().changes == {"is_active": ["True", "False"]}


def test_the_django_admin_changes_printers_and_deletes_none(admin, counter):
    changed = admin.post(reverse("admin:sales_receiptprinter_change", args=[counter.pk]), filled(port="9101"))
    deleted = admin.post(reverse("admin:sales_receiptprinter_delete", args=[counter.pk]), {"post": "yes"})

    assert (changed.status_code, deleted.status_code) == (302, 403)
    assert stored() == [("Counter", "192.168.1.50", 9101, 80, True, True)]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_database_as_often_for_three_printers_as_for_one(admin, rows, django_assert_num_queries):
    for number in range(rows):
        ReceiptPrinter.objects.create(name=f"Printer {number}", host="192.168.1.50")

    with django_assert_num_queries(6):
        page = admin.get(reverse("sales:printer_list"))

    assert len(page.context["page"].table) == rows
