"""What a cashier may take off, and what becomes of it when the basket changes.

A discount stands when it is within the limit of who gives it, or within the amount that a manager
allowed. One that no longer stands after a change is taken off, and the cashier is told.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventori.errors import InvalidInput, written
from inventori.money import ZERO, currency_step, round_half_up
from inventori.permissions import ADMIN
from master.models import ShopProfile
from sales.models import Sale, SaleItem
from sales.pricing import PricedLine, line_amount

from .approval import NeedsApproval

OVER_LIMIT = "discount_over_limit"


@dataclass(frozen=True, slots=True)
class Discount:
    """An amount of money, or a share in per cent (then `amount` is not looked at)."""

    amount: Decimal = ZERO
    percent: Decimal | None = None

    def of(self, base: Decimal, step: Decimal) -> Decimal:
        """Return what it takes off `base`, in multiples of `step`."""
        if self.percent is None:
            return round_half_up(self.amount, step)
        return round_half_up(base * self.percent / 100, step)


def limit_of(user: User, profile: ShopProfile) -> Decimal:
    """Return how many per cent `user` may take off alone."""
    if not user.can(OVER_LIMIT):
        return Decimal(profile.cashier_discount_limit)
    return Decimal(100) if user.role == ADMIN else Decimal(profile.manager_discount_limit)


def gross_of(item: SaleItem, profile: ShopProfile) -> Decimal:
    """Return what a line costs before its discount."""
    return line_amount(PricedLine(item.qty, item.price), currency_step(profile.currency))


def line_discount(
    sale: Sale, item: SaleItem, discount: Discount, *, by: User, allowed_by: User | None, profile: ShopProfile
) -> None:
    """Give a line a discount; zero takes it off. Raises InvalidInput beyond the line, NeedsApproval above the limit."""
    gross = gross_of(item, profile)
    amount = _within(discount, gross, profile)
    item.discount_allowed = _allowed_amount(amount, ZERO, gross, by=by, allowed_by=allowed_by, profile=profile)
    item.discount, item.discount_percent = amount, discount.percent or None


def sale_discount(sale: Sale, discount: Discount, *, by: User, allowed_by: User | None, profile: ShopProfile) -> None:
    """Give the whole basket a discount (zero takes it off). Counts the lines' own discounts towards the limit."""
    gross, on_lines, net = _sums(sale, profile)
    amount = _within(discount, net, profile)
    sale.discount_allowed = _allowed_amount(amount, on_lines, gross, by=by, allowed_by=allowed_by, profile=profile)
    sale.discount, sale.discount_percent = amount, discount.percent or None


def settle_line(sale: Sale, item: SaleItem, *, by: User, profile: ShopProfile) -> None:
    """Compute a changed line's discount anew; one that no longer stands goes."""
    if not item.discount and item.discount_percent is None:
        return
    gross = gross_of(item, profile)
    item.discount = Discount(item.discount, item.discount_percent).of(gross, currency_step(profile.currency))
    stands = item.discount <= max(_limit_amount(by, gross, profile), item.discount_allowed)
    if stands and item.discount <= gross:
        return
    item.discount, item.discount_percent, item.discount_allowed = ZERO, None, ZERO
    sentence = _("The discount on %(product)s was taken off: it was given for another quantity.")
    sale.notices += (sentence % {"product": item.product.name},)


def settle_sale(sale: Sale, *, by: User, profile: ShopProfile) -> None:
    """Compute the basket's discount anew; one that no longer stands goes."""
    if not sale.discount and sale.discount_percent is None:
        return
    gross, on_lines, net = _sums(sale, profile)
    sale.discount = Discount(sale.discount, sale.discount_percent).of(net, currency_step(profile.currency))
    stands = sale.discount <= max(_limit_amount(by, gross, profile) - on_lines, sale.discount_allowed)
    if stands and sale.discount <= net:
        return
    sale.discount, sale.discount_percent, sale.discount_allowed = ZERO, None, ZERO
    if sale.lines:
        sale.notices += (_("The discount on the whole sale was taken off: it was given for another basket."),)


def _within(discount: Discount, base: Decimal, profile: ShopProfile) -> Decimal:
    amount = discount.of(base, currency_step(profile.currency))
    if not 0 <= amount <= base:
        raise InvalidInput(_("The discount must lie between zero and the amount it is taken off."), field="discount")
    return amount


def _allowed_amount(
    amount: Decimal, others: Decimal, base: Decimal, *, by: User, allowed_by: User | None, profile: ShopProfile
) -> Decimal:
    """Return up to which amount a manager has allowed the discount: zero where the person's own limit does."""
    if amount <= max(_limit_amount(by, base, profile) - others, ZERO):
        return ZERO
    if allowed_by is not None and amount <= max(_limit_amount(allowed_by, base, profile) - others, ZERO):
        return amount
    limit = (allowed_by and limit_of(allowed_by, profile)) or limit_of(by, profile)
    sentence = (
        _("A discount above %(limit)s %% needs an admin's PIN.")
        if allowed_by is not None or by.can(OVER_LIMIT)
        else _("A discount above %(limit)s %% needs a manager's PIN.")
    )
    raise NeedsApproval(sentence % {"limit": written(limit)}, right=OVER_LIMIT)


def _limit_amount(user: User, base: Decimal, profile: ShopProfile) -> Decimal:
    return round_half_up(base * limit_of(user, profile) / 100, currency_step(profile.currency))


def _sums(sale: Sale, profile: ShopProfile) -> tuple[Decimal, Decimal, Decimal]:
    """Return the lines' gross, the discounts on them that no manager allowed, and what they come to."""
    gross = sum((gross_of(item, profile) for item in sale.lines), ZERO)
    on_lines = sum((item.discount for item in sale.lines if item.discount > item.discount_allowed), ZERO)
    return gross, on_lines, gross - sum((item.discount for item in sale.lines), ZERO)
