"""The list of policies: what stands in its columns, on the page and in a file."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

from django.http import HttpRequest, HttpResponseBase
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from inventori.badges import Badge
from inventori.lists import Cell, Column, ListPage
from inventori.templatetags.inventori import icon
from inventori.templatetags.inventori import qty as show_qty
from inventory.models import ReorderPolicy, Warehouse
from inventory.reorder_models import ReorderMethod

from . import states
from .filters import PolicyFilter
from .selectors import policy_rows
from .services.typing import label_of

STOPPED = Badge("plain", "slash-circle", gettext_lazy("not ordered"))
AT_POINT = Badge("watch", "cart-plus", gettext_lazy("at ROP"))
SHORT_METHODS = {
    ReorderMethod.ROP_EOQ: gettext_lazy("ROP, EOQ"),
    ReorderMethod.ROP_LOT: gettext_lazy("ROP, fixed"),
    ReorderMethod.MIN_MAX: gettext_lazy("Min-Max"),
    ReorderMethod.UP_TO: gettext_lazy("up to level"),
}
# What of a policy each column of the page shows, for the mark of typed values.
SHOWN_IN = {
    "demand": ("avg_daily_demand", "demand_std"),
    "lead_time": ("lead_time_days", "lead_time_std"),
    "min_max": ("min_qty", "max_qty"),
}


def policy_badge(policy: ReorderPolicy, *, is_low: bool) -> Badge:
    """Return what matters most of a policy: that it is stopped, its state, that it is time to order."""
    if not policy.is_active:
        return STOPPED
    if policy.state == states.OK and is_low:
        return AT_POINT
    return states.badge_of(policy.state)


def badge_html(badge: Badge, title: Any = "") -> SafeString:
    return format_html(
        '<span class="badge-tone tone-{}" title="{}">{}{}</span>', badge.tone, title, icon(badge.icon), badge.label
    )


def _spread(mean: Decimal, std: Decimal) -> str:
    """Write mean ± spread in as many digits as a glance can take."""
    places = 1 if mean >= 1 else 2
    return f"{show_qty(round(mean, places))} ± {show_qty(round(std, places))}" if std else show_qty(round(mean, places))


def _cover(row: Any) -> Decimal | None:
    return None if row.cover is None else round(max(Decimal(row.cover), Decimal(0)), 0)


def _lead_time(row: Any) -> SafeString:
    source = row.lead_time_origin
    return format_html('<span title="{}">{}</span>', source, _spread(row.lead_time_days, row.lead_time_std))


def _rounded(name: str, places: int) -> Callable[[Any], Decimal]:
    # Computed columns come back from SQLite without their zeros; a file shows 5.000 on every database.
    return lambda row: round(Decimal(getattr(row, name)), places)


def _own(name: str, label: Any, kind: str = "qty", *, sort: str = "", **more: Any) -> Column:
    return Column(name, label, kind=kind, sort=[sort or name, "product__name"], **more)


def _levels(row: Any) -> str:
    return f"{show_qty(round(row.min_qty, 0))}–{show_qty(round(row.max_qty, 0))}"


def page_columns() -> list[Column]:
    """Return the columns of the page: mean and spread share a cell, so that all fits on a screen."""
    return [
        Column("name", gettext_lazy("Product"), value=_name, url="replenishment:policy_show", sort="product__name"),
        _own("available", gettext_lazy("Available"), value=_rounded("available", 3)),
        _own("on_order", gettext_lazy("On order"), value=_rounded("on_order", 3)),
        _own("cover", pgettext_lazy("stock", "Lasts (days)"), value=_cover),
        _own("state", gettext_lazy("State"), "text", value=_state),
        _own(
            "demand",
            gettext_lazy("A day"),
            "text",
            value=lambda row: _spread(row.avg_daily_demand, row.demand_std),
            sort="avg_daily_demand",
            css="number is-desk",
        ),
        _own(
            "lead_time",
            gettext_lazy("Lead time"),
            "text",
            value=_lead_time,
            sort="lead_time_days",
            css="number is-desk",
        ),
        _own("service_level", gettext_lazy("Service %"), css="is-desk"),
        _own("safety_stock", gettext_lazy("Safety"), value=_rounded("safety_stock", 1), css="is-desk"),
        _own("rop", gettext_lazy("ROP")),
        _own("min_max", gettext_lazy("MIN–MAX"), "text", value=_levels, sort="max_qty", css="number is-desk"),
        _own("reorder_qty", gettext_lazy("Lot"), value=_rounded("reorder_qty", 0)),
    ]


def _name(row: Any) -> str:
    return str(row.product.name)


def _state(row: Any) -> SafeString:
    badge = badge_html(policy_badge(row, is_low=row.is_low), states.sentence(row.state))
    return format_html('<span>{}<span class="policy-sub">{}</span></span>', badge, SHORT_METHODS[row.method])


def file_columns() -> list[Column]:
    """Return the columns of a file: one number a column, words in full, costs for those who may see them."""
    numbers = (
        *("avg_daily_demand", "demand_std", "lead_time_days", "lead_time_std", "service_level"),
        *("safety_stock", "rop", "min_qty", "max_qty", "reorder_qty", "review_days"),
    )
    days = ("counted_days", "stockout_days", "sale_days", "outlier_days")
    return [
        Column("name", gettext_lazy("Product"), value=_name),
        Column("sku", gettext_lazy("SKU"), value=lambda row: row.product.sku),
        Column("abc_class", gettext_lazy("Class")),
        Column("category", gettext_lazy("Category"), value=lambda row: row.product.category.name),
        Column("supplier", gettext_lazy("Supplier"), value=lambda row: str(row.product.supplier or "")),
        Column("available", gettext_lazy("Available"), kind="qty", value=_rounded("available", 3)),
        Column("on_order", gettext_lazy("On order"), kind="qty", value=_rounded("on_order", 3)),
        Column("cover", pgettext_lazy("stock", "Lasts (days)"), kind="qty", value=_cover),
        *(Column(name, label_of(name), kind="qty") for name in numbers),
        Column("lead_time_source", label_of("lead_time_source"), value=lambda row: row.lead_time_origin),
        Column("ordering_cost", label_of("ordering_cost"), kind="money", right="cost_view"),
        Column("holding_cost", label_of("holding_cost"), kind="money", right="cost_view"),
        Column("method", gettext_lazy("Method"), value=lambda row: row.get_method_display()),
        Column("typed", label_of("typed"), value=lambda row: ", ".join(str(label_of(name)) for name in row.typed)),
        *(Column(name, label_of(name), kind="qty") for name in days),
        Column("state", gettext_lazy("State"), value=lambda row: str(policy_badge(row, is_low=row.is_low).label)),
    ]


class PolicyPage(ListPage):
    """The list, with a box to tick each product and a mark at each typed value."""

    def __init__(self, request: HttpRequest, warehouse: Warehouse, **kwargs: Any) -> None:
        super().__init__(
            request,
            policy_rows(warehouse),
            columns=page_columns(),
            search=["product__name", "product__sku", "product__barcode"],
            search_hint=_("SKU, barcode or name"),
            filters=PolicyFilter,
            default_sort="name",
            export_name="reorder",
            caption=_("Reorder policies"),
            **kwargs,
        )
        self.may_change = cast("User", request.user).can("reorder_change")

    def export(self, kind: str) -> HttpResponseBase:
        user = cast("User", self.request.user)
        # Made while the columns are those of the page: it may be sorted by one of them.
        self.queryset = self.queryset
        self._columns = [each for each in file_columns() if not each.right or user.can(each.right)]
        return super().export(kind)

    def _cell(self, column: Column, item: Any) -> Cell:
        cell = super()._cell(column, item)
        if column.key == "name":
            return replace(cell, html=self._named(item, cell.html))
        if any(name in item.typed for name in SHOWN_IN.get(column.key, (column.key,))):
            mark = format_html('<span class="typed-mark" title="{}">{}</span>', _("typed"), icon("pencil-fill"))
            words = format_html('<span class="visually-hidden">{}</span>', _("typed"))
            return replace(cell, html=format_html("{}{} {}", mark, words, cell.html))
        return cell

    def _named(self, item: Any, link: str) -> SafeString:
        """The product's name above its SKU and class, behind a box to tick where that is of use."""
        sku = item.product.sku
        sub = format_html('<span class="policy-sub"><span class="mono">{}</span> · {}</span>', sku, item.abc_class)
        named = format_html("<span>{}{}</span>", link, sub)
        if not self.may_change:
            return named
        box = '<input type="checkbox" class="form-check-input" form="ticked" name="pick" value="{}" aria-label="{}">'
        ticked = format_html(box, item.product_id, _("Tick %(name)s") % {"name": item.product.name})
        return format_html('<span class="policy-name">{}{}</span>', ticked, named)
