"""What can still come back of a sale, and what the customer gets for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet, Sum

from accounts.models import User
from inventori.money import CENT, ZERO, currency_step, round_half_up
from inventori.posting import fingerprint
from inventori.search import tidy
from inventory.models import StockAdjustment, Warehouse
from inventory.selectors import business_today
from master.models import CASH, PaymentMethod, ProductUnit, ShopProfile
from master.selectors import shop_profile

from .models import Approval, Sale, SaleItem, SaleReturn, SaleReturnItem
from .refunds import Part, Refund, SoldLine, SoldWhole, refund
from .selectors import line_amount

LONGEST_SERIAL = 18


@dataclass(frozen=True, slots=True)
class SoldItem:
    """A line of a sale. amount: what it cost; back: units of it that came back; barcode: of the unit it was sold in."""

    item: SaleItem
    amount: Decimal
    back: Decimal
    barcode: str = ""

    @property
    def left(self) -> Decimal:
        """Units that can still come back."""
        return self.item.qty - self.back

    @property
    def codes(self) -> str:
        """What is scanned of it: a box by its own barcode only, because a strip out of it is no box."""
        product = self.item.product
        return self.barcode if self.item.unit else f"{product.barcode or ''} {product.sku}".strip()


def sold_items(sale: Sale, profile: ShopProfile) -> list[SoldItem]:
    """Return the lines of a paid sale with what came back of each."""
    items = list(sale.items.select_related("product"))
    back = dict(
        SaleReturnItem.objects.filter(sale_item__sale=sale)
        .order_by()
        .values_list("sale_item")
        .annotate(units=Sum("qty"))
    )
    amounts = [line_amount(item, profile.currency) for item in items]
    if sum(amounts, ZERO) != sale.subtotal:
        # Brought in from the past, each line to the cent.
        amounts = [round_half_up(item.qty * item.price, CENT) - item.discount for item in items]
    barcodes = _unit_barcodes(items)
    return [
        SoldItem(item, amount, Decimal(back.get(item.pk, ZERO)), barcodes.get((item.product_id, item.unit)) or "")
        for item, amount in zip(items, amounts, strict=True)
    ]


def _unit_barcodes(items: Sequence[SaleItem]) -> dict[tuple[int, str], str | None]:
    """Return the barcodes of the units that lines were sold in, by product and name; asks only where there are any."""
    products = {item.product_id for item in items if item.unit}
    if not products:
        return {}
    units = ProductUnit.objects.filter(product__in=products)
    return {(product, name): barcode for product, name, barcode in units.values_list("product", "name", "barcode")}


def refund_of(
    sale: Sale, sold: Sequence[SoldItem], parts: Sequence[tuple[int, Decimal]], *, method: str, profile: ShopProfile
) -> Refund:
    """Return what the customer gets for `parts`, pairs of sale item id and units; cash is rounded to the coin.

    Raises ValueError when a part is not above zero or more than can still come back.
    """
    place = {line.item.pk: number for number, line in enumerate(sold)}
    amounts = (*(line.amount for line in sold), sale.discount, sale.tax, sale.tax_included, sale.total_amount)
    step = currency_step(profile.currency)
    whole = SoldWhole(
        lines=[SoldLine(line.item.qty, line.amount, line.back) for line in sold],
        discount=sale.discount,
        tax=sale.tax,
        tax_included=sale.tax_included,
        total=sale.total_amount,
        refunded=sale.returns.aggregate(amount=Sum("total_amount"))["amount"] or ZERO,
        step=step if all(amount % step == 0 for amount in amounts) else CENT,
    )
    return refund(
        whole,
        [Part(place[pk], qty) for pk, qty in parts],
        coin=profile.cash_coin if method == CASH else ZERO,
        direction=profile.cash_rounding,
    )


def refund_methods(sale: Sale) -> list[PaymentMethod]:
    """Return the ways in which a refund may be given, first that in which most of the sale was paid."""
    paid: dict[str, Decimal] = {}
    for payment in sale.payments.all():
        paid[payment.method_id] = paid.get(payment.method_id, ZERO) + payment.amount
    offered = [method for method in PaymentMethod.objects.all() if method.is_active or method.code in paid]
    return sorted(offered, key=lambda method: -paid.get(method.code, ZERO))


def sale_of_receipt(text: str) -> Sale | None:
    """Return the sale of a receipt's number, or of the digits at its end; a basket is none."""
    text = tidy(text)
    sales = Sale.objects.exclude(status=Sale.Status.DRAFT)
    found = sales.filter(invoice_number__in={text, text.upper()}).first()
    if found is None and text.isascii() and text.isdigit() and len(text) < LONGEST_SERIAL:
        # The serial of a number is the row's own id.
        found = sales.filter(pk=int(text), invoice_number__endswith=f"-{int(text):06d}").first()
    return found


def returns_seen_by(user: User) -> QuerySet[SaleReturn]:
    """Return the returns `user` may look at: all with sale_view, else those they took themselves today."""
    returns = SaleReturn.objects.all()
    if user.can("sale_view"):
        return returns
    profile = shop_profile()
    days = {business_today(warehouse, profile=profile) for warehouse in Warehouse.objects.all()}
    return returns.filter(business_date__in=days, by=user)


def damage_key(taken_back: SaleReturn) -> str:
    """Return the posting key of the adjustment that takes a return's damaged goods out of stock."""
    return fingerprint(["damaged goods of a return", taken_back.key])


def damage_of(taken_back: SaleReturn) -> StockAdjustment | None:
    """Return the adjustment that took the damaged goods of a return out of stock."""
    return StockAdjustment.objects.filter(key=damage_key(taken_back)).first()


def approval_of(taken_back: SaleReturn) -> Approval | None:
    """Return who allowed a return that the person could not take alone."""
    approvals = Approval.objects.filter(sale=taken_back.sale_id, detail__startswith=f"{taken_back.return_number}:")
    return approvals.select_related("by", "allowed_by").first()
