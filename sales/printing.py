"""Receipts on a network printer that understands ESC/POS, and the cash drawer on its cable.

Nothing here belongs in a transaction: a printer may be slow, or gone.
"""

import socket
import textwrap
import unicodedata
from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from escpos.constants import RT_STATUS_ONLINE, RT_STATUS_PAPER
from escpos.exceptions import Error as EscposError
from escpos.printer import Dummy, Network

from accounts.models import User
from inventori.code128 import barcode_of, printer_data
from inventori.errors import DomainError
from master.models import CASH

from .models import ReceiptPrinter, Sale
from .receipt import receipt_of
from .receipt_rows import Look, Row, rows_of

CONNECT_SECONDS = 2
ANSWER_SECONDS = 1
# Letters and dots across the paper, as its width in mm says.
COLUMNS = {80: 48, 58: 32}
DOTS = {80: 576, 58: 384}
# Every ESC/POS printer knows this code page: Western European letters.
CODE_PAGE = "CP850"
DRAWER_PIN = 2
_ASCII = str.maketrans(
    {"×": "x", "−": "-", "–": "-", "—": "-", "…": "...", "’": "'", "“": '"', "”": '"', "\u00a0": " "}
)


class PrinterError(DomainError):
    """The printer did not do it; the sentence names it and the next step."""

    code = "printer"


def printer_of(user: User) -> ReceiptPrinter | None:
    """Return the printer of the person's open shift, if it has one that is in use."""
    return ReceiptPrinter.objects.filter(shift__open_for=user, is_active=True).first()


def needed_printer_of(user: User) -> ReceiptPrinter:
    """Return the printer of the person's open shift. Raises DomainError where there is none."""
    printer = printer_of(user)
    if printer is None:
        raise DomainError(
            gettext_lazy("Your shift has no receipt printer. Print with the browser instead."), code="no_printer"
        )
    return printer


def receipt_print(sale: Sale, printer: ReceiptPrinter, *, is_copy: bool) -> None:
    """Print the receipt; a first print of a sale with cash in it opens the drawer too. Raises PrinterError."""
    receipt = receipt_of(sale, is_copy=is_copy)
    opens = not is_copy and printer.has_drawer and takes_cash(sale)
    _send(printer, _paper(rows_of(receipt), receipt.number, printer.width, opens_drawer=opens))


def drawer_open(printer: ReceiptPrinter) -> None:
    """Open the drawer and print nothing. Raises PrinterError, also where no drawer hangs on the printer."""
    if not printer.has_drawer:
        raise PrinterError(
            gettext_lazy("No cash drawer is connected to %(printer)s. Open it with its key.") % {"printer": printer}
        )
    paper = Dummy()
    paper.hw("INIT")
    paper.cashdraw(DRAWER_PIN)
    _send(printer, paper.output)


def test_page(printer: ReceiptPrinter) -> None:
    """Print a page that shows width, letters and barcode. Raises PrinterError."""
    rows = [
        Row(Look.SHOP, printer.name),
        Row(Look.CENTRE, f"{printer.host}:{printer.port}"),
        Row(Look.RULE),
        Row(Look.NAME, _("If both ends of the line above stand on the paper, the width is right.")),
        Row(Look.SUM, "Àéîõü", "1.234.567"),
        Row(Look.TOTAL, _("Total"), "1.234.567"),
    ]
    _send(printer, _paper(rows, "TEST-123456", printer.width))


test_page.__test__ = False  # type: ignore[attr-defined]  # pytest would take it for a test


def takes_cash(sale: Sale) -> bool:
    """Say whether cash of this sale goes into the drawer."""
    return sale.status == Sale.Status.PAID and sale.payments.filter(method__code=CASH, tendered__gt=Decimal(0)).exists()


# --- What goes on the paper -------------------------------------------------------------
def _paper(rows: Iterable[Row], code: str, width: int, *, opens_drawer: bool = False) -> bytes:
    paper, columns = Dummy(), COLUMNS[width]
    paper.hw("INIT")
    if opens_drawer:
        paper.cashdraw(DRAWER_PIN)
    paper.magic.force_encoding(CODE_PAGE)
    for row in rows:
        if row.look in (Look.SHOP, Look.CENTRE, Look.MARK):
            is_big = row.look is not Look.CENTRE
            paper.set(align="center", bold=is_big, double_height=is_big, normal_textsize=not is_big)
            lines = _wrapped(row.left, columns)
        else:
            is_big = row.look is Look.TOTAL
            paper.set(align="left", bold=is_big, double_height=is_big, normal_textsize=not is_big)
            lines = ["-" * columns] if row.look is Look.RULE else _pair(row.left, row.right, columns)
        paper.text("".join(f"{line}\n" for line in lines))
    _barcode(paper, code, DOTS[width])
    paper.cut()
    return bytes(paper.output)


def _barcode(paper: Dummy, code: str, dots: int) -> None:
    """Print the barcode two dots a module; one that is too wide for the paper would not be printed at all."""
    barcode = barcode_of(code)
    if barcode is None or barcode.modules * 2 > dots:
        return
    paper.set(normal_textsize=True, bold=False)
    # `barcode()` would say on the standard output what it does.
    paper._hw_barcode(printer_data(code), "CODE128", height=80, width=2, pos="OFF", function_type="B")
    paper.text(f"{code}\n")


def _wrapped(text: str, columns: int) -> list[str]:
    return textwrap.wrap(_printable(text), columns, break_on_hyphens=False) or [""]


def _pair(left: str, right: str, columns: int) -> list[str]:
    """Set `right` against the right edge, on the last line of `left`, or below it where it has no room."""
    figures = _wrapped(right, columns)
    room = columns - len(figures[0]) - 1
    if len(figures) > 1 or room < columns // 4:
        return _wrapped(left, columns) + [figure.rjust(columns) for figure in figures]
    lines = _wrapped(left, room) if right else _wrapped(left, columns)
    lines[-1] = lines[-1].ljust(columns - len(figures[0])) + figures[0]
    return [line.rstrip() for line in lines]


def _printable(text: str) -> str:
    """Keep what the code page has; of the rest its plain letter, or a question mark."""
    kept = []
    for letter in text.translate(_ASCII):
        for form in (letter, *unicodedata.normalize("NFKD", letter)[:1]):
            try:
                form.encode(CODE_PAGE)
            except UnicodeEncodeError:
                continue
            kept.append(form if form.isprintable() else " ")
            break
        else:
            kept.append("?")
    return "".join(kept)


# --- The way to the printer ----------------------------------------------------------------
def _send(printer: ReceiptPrinter, data: bytes) -> None:
    network = Network(printer.host, port=printer.port, timeout=CONNECT_SECONDS)
    try:
        network.open()
        network.device.settimeout(ANSWER_SECONDS)
        has_answered = _answers_ready(network, printer)
        network.device.settimeout(CONNECT_SECONDS)
        network.device.sendall(data)
        if not has_answered:
            _wait_until_read(network)
    except TimeoutError as error:
        raise PrinterError(
            gettext_lazy(
                "%(printer)s was reached but says nothing. Look whether it printed;"
                " if not, switch it off and on, then print again."
            )
            % {"printer": printer}
        ) from error
    # An address that is none is a ValueError, a port that is none an OverflowError.
    except (EscposError, OSError, ValueError, OverflowError) as error:
        raise PrinterError(
            gettext_lazy(
                "%(printer)s does not answer at %(host)s. Look whether it is switched on and connected,"
                " then print again."
            )
            % {"printer": printer, "host": printer.host}
        ) from error
    finally:
        network.close()


def _answers_ready(network: Network, printer: ReceiptPrinter) -> bool:
    """Ask how the printer is before it gets anything; False when it does not say. Raises PrinterError when unfit."""
    try:
        if not _is_set(network.query_status(RT_STATUS_ONLINE), 0x08):
            return True
        is_empty = _is_set(network.query_status(RT_STATUS_PAPER), 0x60)
    except TimeoutError:
        return False
    if is_empty:
        raise PrinterError(
            gettext_lazy("%(printer)s is out of paper. Put in a new roll, then print again.") % {"printer": printer}
        )
    raise PrinterError(
        gettext_lazy("%(printer)s is not ready. Close its cover, then print again.") % {"printer": printer}
    )


def _is_set(answer: bytes, mask: int) -> bool:
    """Read a status byte, which has the shape 0xx1xx10; anything else says nothing."""
    return any(byte & 0x93 == 0x12 and byte & mask == mask for byte in answer)


def _wait_until_read(network: Network) -> None:
    """A printer that tells no status closes the line when it has read everything; one that hangs does not."""
    network.device.shutdown(socket.SHUT_WR)
    network.device.recv(64)
