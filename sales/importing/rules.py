"""Which lines of a sales file are sales of goods: pure rules, no database.

A line is accepted or it is rejected with one reason; nothing is repaired. The reasons are listed
in `REASONS` in the order in which a line is asked about them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from inventori.memo import Memo
from inventori.money import CENT

MAX_QTY = Decimal(10) ** 7
MAX_AMOUNT = Decimal(10) ** 10  # of one line; a document may hold 10 ** 12
MAX_INVOICE, MAX_SKU, MAX_CUSTOMER = 40, 40, 30

# Codes that sell no goods: postage, carriage, fees, discounts, samples, manual entries, bad debts, vouchers.
NOT_GOODS = frozenset({"POST", "DOT", "C2", "D", "M", "S", "B", "AMAZONFEE", "BANK CHARGES", "CRUK"})
NOT_GOODS_PREFIXES = ("GIFT_",)

# Of the line alone, then of the document that it belongs to.
REASONS = (
    *("blank", "columns", "unreadable", "no_invoice", "bad_invoice", "no_code", "bad_code", "not_goods"),
    *("bad_quantity", "zero_quantity", "bad_price", "price_not_positive", "price_decimals", "bad_date", "future"),
    *("negative_on_sale", "positive_on_credit", "bad_customer", "too_large"),
    *("document_too_large", "fraction_of_whole_units", "number_taken", "changed"),
)

DATE_FORMATS = (
    *("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"),
    *("%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d"),
)


class Rejected(Exception):
    """A line that is no sale of goods; `reason` is one of `REASONS`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class RuleBook:
    """What a file's lines mean.

    date_formats: as `datetime.strptime` reads them; day and month are never guessed.
    decimal: the sign before the decimals, "." or ",". credit_prefix: a number that begins with it, followed
    by a digit, is a credit note; "" where the file has none. not_goods: further codes that sell no goods;
    goods: codes that do although the list above says otherwise. now: the wall clock, to refuse the future.
    """

    now: datetime
    date_formats: Sequence[str] = DATE_FORMATS
    decimal: str = "."
    credit_prefix: str = "C"
    not_goods: frozenset[str] = frozenset()
    goods: frozenset[str] = frozenset()

    def sells_no_goods(self, sku: str) -> bool:
        if sku in self.goods:
            return False
        return sku in NOT_GOODS or sku in self.not_goods or sku.startswith(NOT_GOODS_PREFIXES)

    def is_credit(self, invoice: str) -> bool:
        rest = invoice.removeprefix(self.credit_prefix)
        return bool(self.credit_prefix) and rest != invoice and rest[:1].isdigit()


@dataclass(slots=True)
class SaleLine:
    """An accepted line; `qty` is positive on credit notes too, `at` is the wall clock of the shop."""

    invoice: str
    is_credit: bool
    sku: str
    qty: Decimal
    price: Decimal
    at: datetime
    customer: str


class Judge:
    """Reads the fields of a line by a rule book. `columns`: where each of our names stands in the row."""

    def __init__(self, book: RuleBook, columns: dict[str, int], width: int) -> None:
        self.book = book
        self.width = width
        self._at = tuple(columns[name] for name in ("invoice", "sku", "qty", "price", "sold_at"))
        self._customer_at = columns.get("customer")
        # A year of sales has few different prices and days: each text is read once.
        self._invoices = Memo(self._invoice)
        self._skus = Memo(self._sku)
        self._quantities = Memo(self._quantity)
        self._prices = Memo(self._price)
        self._days = Memo(self._day)
        self._customers = Memo(lambda text: code(text, MAX_CUSTOMER, "", "bad_customer"))

    def line(self, row: Sequence[str]) -> SaleLine:
        """Return the sale line of `row`. Raises Rejected."""
        if len(row) != self.width:
            raise Rejected("columns" if any(field.strip() for field in row) else "blank")
        invoice_at, sku_at, qty_at, price_at, day_at = self._at
        invoice, is_credit = self._invoices[row[invoice_at]]
        sku = self._skus[row[sku_at]]
        qty = self._quantities[row[qty_at]]
        price = self._prices[row[price_at]]
        at = self._days[row[day_at]]
        if is_credit:
            qty = -qty
        if qty < 0:
            raise Rejected("positive_on_credit" if is_credit else "negative_on_sale")
        customer = "" if self._customer_at is None else self._customers[row[self._customer_at]]
        if qty * price >= MAX_AMOUNT:
            raise Rejected("too_large")
        return SaleLine(invoice, is_credit, sku, qty, price, at, customer)

    def _invoice(self, text: str) -> tuple[str, bool]:
        invoice = code(text, MAX_INVOICE, "no_invoice", "bad_invoice")
        return invoice, self.book.is_credit(invoice)

    def _sku(self, text: str) -> str:
        sku = code(text, MAX_SKU, "no_code", "bad_code")
        if self.book.sells_no_goods(sku):
            raise Rejected("not_goods")
        return sku

    def _quantity(self, text: str) -> Decimal:
        qty = number(text, self.book.decimal, "bad_quantity")
        if qty != round(qty, 3) or abs(qty) >= MAX_QTY:
            raise Rejected("bad_quantity")
        if qty == 0:
            raise Rejected("zero_quantity")
        return tidy(qty)

    def _price(self, text: str) -> Decimal:
        price = number(text, self.book.decimal, "bad_price")
        if price <= 0:
            raise Rejected("price_not_positive")
        if price >= MAX_AMOUNT:
            raise Rejected("too_large")
        if price != price.quantize(CENT):
            raise Rejected("price_decimals")
        return price.quantize(CENT)

    def _day(self, text: str) -> datetime:
        at = instant(text.strip(), self.book.date_formats)
        if at > self.book.now:
            raise Rejected("future")
        return at


def code(text: str, longest: int, missing: str, bad: str) -> str:
    """Return a code in capitals, single spaces inside. Raises Rejected.

    Only printable ASCII: databases disagree about which other letters are the same.

    >>> code(" 85123a ", 40, "no_code", "bad_code")
    '85123A'
    """
    value = " ".join(text.upper().split())
    if not value and missing:
        raise Rejected(missing)
    if len(value) > longest or not value.isascii() or not (value.isprintable()):
        raise Rejected(bad)
    return value


def number(text: str, decimal: str, bad: str) -> Decimal:
    """Read a number written with the decimal sign `decimal` and no thousands sign. Raises Rejected.

    >>> number("-2,50", ",", "bad_price")
    Decimal('-2.50')
    """
    text = text.strip()
    if decimal == ",":
        text = text.replace(",", ".") if "." not in text else "bad"
    if not text.isascii() or "_" in text or len(text) > 30:
        raise Rejected(bad)
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise Rejected(bad) from None
    if not value.is_finite() or abs(value) >= 10**15 or (value and abs(value) < Decimal("1e-9")):
        raise Rejected(bad)
    return value


def tidy(qty: Decimal) -> Decimal:
    """Write a quantity without trailing zeros, so that 2 and 2.000 are one value.

    >>> tidy(Decimal("2.000")), tidy(Decimal("100")), tidy(Decimal("0.250"))
    (Decimal('2'), Decimal('100'), Decimal('0.25'))
    """
    return Decimal(int(qty)) if qty == int(qty) else qty.normalize()


def instant(text: str, formats: Iterable[str]) -> datetime:
    """Return the wall-clock time that `text` names. Raises Rejected."""
    for form in formats:
        try:
            # A wall clock without a zone: the shop's own is added when the plan is posted.
            found = datetime.strptime(text, form)  # noqa: DTZ007
        except ValueError:
            continue
        if found.tzinfo is None and found.year >= 1970:
            return found
    raise Rejected("bad_date")
