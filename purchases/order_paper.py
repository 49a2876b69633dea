"""What an order says to the supplier, gathered once: print, PDF, mail and message are all drawn from it."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventori.dates import wall_clock
from inventori.money import CENT, ZERO, round_half_up, use_currency
from inventori.templatetags.inventori import exact_day, money, qty
from inventory.models import Warehouse
from master.models import Supplier
from master.selectors import shop_profile

from .costs import cost_line
from .models import POItem, PurchaseOrder

LINES_IN_A_MESSAGE = 20


@dataclass(frozen=True, slots=True)
class PaperLine:
    """qty: as it is ordered, with its unit; conversion: what that is in the product's own unit, "" where it is that."""

    sku: str
    name: str
    qty: str
    conversion: str
    price: Decimal
    discount: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class OrderPaper:
    """total = subtotal − discount; subtotal = Σ line amounts. Texts are in the language it was made in."""

    number: str
    title: str
    shop: str
    head: list[str]
    marks: list[str]
    supplier: list[str]
    facts: list[tuple[str, str]]
    lines: list[PaperLine]
    sums: list[tuple[str, Decimal]]
    total: Decimal
    note: str
    terms: str
    currency: str
    address: str = ""
    logo: Any = field(default=None, compare=False)


def unit_qty(item: POItem, own: Decimal) -> str:
    """Write a quantity of the own unit in the unit of the line: 3 box, or 25 strip where it comes out odd."""
    if item.unit and item.factor != 1 and own % item.factor == 0:
        return f"{qty(own / item.factor)} {item.unit}"
    return f"{qty(own)} {item.product.uom}"


def paper_line(item: POItem) -> PaperLine:
    line = cost_line(item)
    in_units = unit_qty(item, item.qty)
    own = f"{qty(item.qty)} {item.product.uom}"
    return PaperLine(
        sku=item.product.sku,
        name=item.product.name,
        qty=in_units,
        conversion="" if in_units == own else own,
        price=item.price if item.unit_price is None else item.unit_price,
        discount=item.discount,
        amount=round_half_up(line.net, CENT),
    )


def order_paper(order: PurchaseOrder, *, address: str = "") -> OrderPaper:
    """Gather the paper of `order`; address: that of the supplier's page, once the order is sent."""
    profile = shop_profile()
    use_currency(profile.currency)
    marks = {PurchaseOrder.Status.DRAFT: [_("DRAFT")], PurchaseOrder.Status.CANCELLED: [_("CANCELLED")]}
    lines = [paper_line(item) for item in order.items.select_related("product")]
    subtotal = sum((line.amount for line in lines), ZERO)
    sums = [(_("Subtotal"), subtotal), (_("Discount"), -order.discount)] if order.discount else []
    return OrderPaper(
        number=str(order),
        title=_("Purchase order"),
        shop=profile.name,
        head=[text for text in [*profile.address.splitlines(), profile.phone] if text.strip()],
        marks=marks.get(PurchaseOrder.Status(order.status), []),
        supplier=_supplier(order.supplier),
        facts=_facts(order),
        lines=lines,
        sums=sums,
        total=order.total_amount,
        note=order.note,
        terms=_("Please write the order number on the delivery note and on the invoice."),
        currency=profile.currency,
        address=address,
        logo=profile.logo or None,
    )


def _supplier(supplier: Supplier) -> list[str]:
    parts = [supplier.name, supplier.contact, *supplier.address.splitlines(), supplier.city, supplier.phone]
    return [part for part in parts if part.strip()]


def _facts(order: PurchaseOrder) -> list[tuple[str, str]]:
    ordered = wall_clock(order.ordered_at, order.warehouse.time_zone)
    facts = [
        (_("Order"), str(order)),
        (_("Date"), exact_day(ordered.date())),
        (_("Deliver to"), _place(order.warehouse)),
    ]
    if order.expected_at:
        facts.append((_("Expected"), exact_day(order.expected_at)))
    if order.confirmed_for:
        facts.append((_("Confirmed for"), exact_day(order.confirmed_for)))
    return facts


def _place(warehouse: Warehouse) -> str:
    """Write name and address of a warehouse in one line."""
    return ", ".join(part.strip() for part in [warehouse.name, *warehouse.address.splitlines()] if part.strip())


def message(paper: OrderPaper) -> str:
    """Return the order as plain text for a chat or a mail. A long one names its first lines only."""
    lines = [f"• {line.name}: {line.qty}" for line in paper.lines[:LINES_IN_A_MESSAGE]]
    more = len(paper.lines) - len(lines)
    if more > 0:
        lines.append(ngettext("… and %(count)s more line", "… and %(count)s more lines", more) % {"count": more})
    blocks = [
        [_("%(title)s %(number)s from %(shop)s") % {"title": paper.title, "number": paper.number, "shop": paper.shop}],
        [f"{label}: {fact}" for label, fact in paper.facts[1:]],
        lines,
        [f"{_('Total')}: {paper.currency} {money(paper.total)}"],
        [paper.note] if paper.note else [],
        [_("Please confirm quantities and date here:"), paper.address] if paper.address else [],
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)
