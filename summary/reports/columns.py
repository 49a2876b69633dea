"""Columns that several reports of goods have in common."""

from django.utils.translation import gettext_lazy as _

from inventori.lists import Column

UNIT_COST = Column("unit_cost", _("Unit cost"), kind="money", right="cost_view")


def of_batch(number: str, expires_on: str) -> list[Column]:
    """Return number and last day of a batch; each by its path from the row."""
    return [Column(number, _("Batch"), css="mono"), Column(expires_on, _("Expiry date"), kind="date")]


def of_quantity(unit: str) -> list[Column]:
    """Return `qty` and the unit that it is counted in."""
    return [Column("qty", _("Quantity"), kind="qty"), Column(unit, _("Unit"))]
