"""What a receipt says, gathered once: page, PDF, printer and message are all drawn from it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from inventori.code128 import Barcode, barcode_of
from inventori.dates import TIME_ZONES, wall_clock
from inventori.errors import written
from inventori.money import ZERO, use_currency
from inventori.templatetags.inventori import exact_day, money, qty
from inventory.models import Warehouse
from master.models import ShopProfile
from master.selectors import shop_profile, tax_rate_on

from .models import Payment, Sale, SaleItem, SaleReturn, SaleReturnItem
from .selectors import line_amount


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One line; `amount` is what it costs after its own discount. usual_price: the higher price it was lowered from."""

    name: str
    qty: Decimal
    uom: str
    price: Decimal
    amount: Decimal
    discount: Decimal = ZERO
    discount_percent: Decimal | None = None
    usual_price: Decimal | None = None
    note: str = ""

    @property
    def detail(self) -> str:
        """How the amount comes about: 2 pcs × 10.000 − 2.000 (10 %)."""
        text = f"{qty(self.qty)} {self.uom} × {money(self.price)}"
        if self.discount > 0:
            text += f" − {money(self.discount)}"
            text += f" ({written(self.discount_percent)}\u00a0%)" if self.discount_percent else ""
        return text

    @property
    def remarks(self) -> list[str]:
        usual = [_("usual price %(price)s") % {"price": money(self.usual_price)}] if self.usual_price else []
        return usual + ([self.note] if self.note else [])


@dataclass(frozen=True, slots=True)
class Sum:
    """One row under the lines. kind: "part" of the total, the "total", "inside" it, "paid" or "change"."""

    label: str
    amount: Decimal
    kind: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """total = subtotal − discount + tax + rounding = Σ paid − change; subtotal = Σ line amounts.

    Texts are in the language that was active when it was made. paper: the width of the shop's paper in mm.
    """

    number: str
    title: str
    shop: str
    head: list[str]
    marks: list[str]
    facts: list[tuple[str, str]]
    lines: list[ReceiptLine]
    sums: list[Sum]
    footer: str
    currency: str
    paper: int
    is_cancelled: bool = False
    barcode: Barcode | None = None
    logo: Any = field(default=None, compare=False)

    def amount(self, kind: str) -> Decimal:
        """Return what the rows of `kind` come to."""
        return sum((row.amount for row in self.sums if row.kind == kind), ZERO)


def receipt_of(sale: Sale, *, is_copy: bool = False) -> Receipt:
    """Gather what the receipt of the paid or cancelled `sale` says."""
    profile = shop_profile()
    use_currency(profile.currency)
    is_cancelled = sale.status == Sale.Status.CANCELLED
    marks = ([_("COPY")] if is_copy else []) + ([_("CANCELLED")] if is_cancelled else [])
    facts = [
        (_("Invoice"), sale.invoice_number or ""),
        (_("Date"), _moment(sale.sold_at, sale.warehouse)),
        (_("Cashier"), str(sale.cashier)),
    ]
    items = list(sale.items.select_related("product"))
    return Receipt(
        number=sale.invoice_number or "",
        title="",
        marks=marks,
        facts=facts + _customer(sale),
        lines=[_line(item, profile.currency) for item in items],
        sums=_sale_sums(sale, profile),
        is_cancelled=is_cancelled,
        **_shop(profile, has_tax=bool(sale.tax or sale.tax_included)),
        barcode=barcode_of(sale.invoice_number or ""),
    )


def slip_of(taken_back: SaleReturn, *, is_copy: bool = False) -> Receipt:
    """Gather what the slip of a return says; its total is the refund."""
    profile = shop_profile()
    use_currency(profile.currency)
    facts = [(_("Return"), taken_back.return_number or "")]
    if taken_back.sale:
        facts.append((_("Invoice"), taken_back.sale.invoice_number or ""))
    facts += [
        (_("Date"), _moment(taken_back.returned_at, taken_back.warehouse)),
        (_("Cashier"), str(taken_back.by)),
    ]
    items = list(taken_back.items.select_related("product", "sale_item"))
    lines = [_line(item, profile.currency) for item in items]
    subtotal = sum((line.amount for line in lines), ZERO)
    sums = _total_sums(taken_back, profile, subtotal=subtotal, discount=None, total=_("Refund"))
    if taken_back.total_amount:
        sums.append(Sum(capfirst(str(taken_back.method)), taken_back.total_amount, "paid"))
    return Receipt(
        number=taken_back.return_number or "",
        title=_("RETURN"),
        marks=[_("COPY")] if is_copy else [],
        facts=facts + _customer(taken_back),
        lines=lines,
        sums=sums,
        **_shop(profile, has_tax=bool(taken_back.tax or taken_back.tax_included)),
        barcode=barcode_of(taken_back.return_number or ""),
    )


def _shop(profile: ShopProfile, *, has_tax: bool) -> dict[str, Any]:
    head = [line.strip() for line in profile.address.splitlines() if line.strip()]
    head += [profile.phone] if profile.phone else []
    # A tax number stands on a receipt only where tax was charged.
    head += [f"NPWP {profile.npwp}"] if profile.npwp and has_tax else []
    return {
        "shop": profile.name,
        "head": head,
        "footer": profile.receipt_footer.strip(),
        "currency": profile.currency,
        "paper": profile.receipt_width,
        "logo": profile.logo or None,
    }


def _moment(instant: Any, warehouse: Warehouse) -> str:
    zone = dict(TIME_ZONES)[warehouse.time_zone]
    return f"{exact_day(wall_clock(instant, warehouse.time_zone))} {zone}"


def _customer(document: Sale | SaleReturn) -> list[tuple[str, str]]:
    return [(_("Customer"), document.customer.name)] if document.customer else []


def _line(item: SaleItem | SaleReturnItem, currency: str) -> ReceiptLine:
    usual = getattr(item, "list_price", None)
    return ReceiptLine(
        name=item.product.name,
        qty=item.qty,
        uom=item.unit_name,
        price=item.price,
        amount=line_amount(item, currency),
        discount=item.discount,
        discount_percent=getattr(item, "discount_percent", None),
        usual_price=usual if usual is not None and usual > item.price else None,
        note=getattr(item, "note", ""),
    )


def _sale_sums(sale: Sale, profile: ShopProfile) -> list[Sum]:
    discount = None
    if sale.discount:
        label = _("Discount")
        if sale.discount_percent:
            label = _("Discount %(percent)s %%") % {"percent": written(sale.discount_percent)}
        discount = Sum(label, -sale.discount, "part")
    sums = _total_sums(sale, profile, subtotal=sale.subtotal, discount=discount, total=_("Total"))
    return sums + _payment_sums(list(sale.payments.select_related("method")))


def _total_sums(
    document: Sale | SaleReturn, profile: ShopProfile, *, subtotal: Decimal, discount: Sum | None, total: str
) -> list[Sum]:
    """Return the rows down to the total; the subtotal stands there only where the total differs from it."""
    name = ""
    if document.tax or document.tax_included:
        # It was taxed that day, whatever the shop charges today.
        rate = tax_rate_on(document.business_date, profile=ShopProfile(charges_tax=True))  # type: ignore[arg-type]
        name = str(rate or "PPN")
    parts = [discount] if discount else []
    parts += [Sum(name, document.tax, "part")] if document.tax else []
    parts += [Sum(_("Rounding"), document.rounding, "part")] if document.rounding else []
    first = [Sum(_("Subtotal"), subtotal, "subtotal")] if parts else []
    last = [Sum(f"{total} {profile.currency}", document.total_amount, "total")]
    if document.tax_included:
        last.append(Sum(_("%(name)s included") % {"name": name}, document.tax_included, "inside"))
    return first + parts + last


def _payment_sums(payments: Sequence[Payment]) -> list[Sum]:
    """Return what was given and the change. A cancelled sale's second half, paid back, is left out."""
    given = [payment for payment in payments if payment.amount > 0 or payment.tendered > 0]
    sums = [Sum(capfirst(str(p.method)), p.tendered, "paid", p.reference) for p in given]
    change = sum((payment.change for payment in given), ZERO)
    return sums + ([Sum(pgettext("money", "Change"), change, "change")] if change else [])
