"""The places of the product, grouped by work: one table for the sidebar, the phone bar and the page name."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from .permissions import ADMIN, ANALYST, CASHIER, MANAGER, WAREHOUSE


@dataclass(frozen=True)
class Place:
    """One entry of the menu; whoever has one of `rights` sees it. `short` is its name where room is scarce."""

    label: StrOrPromise
    icon: str
    url_name: str
    rights: tuple[str, ...]
    short: StrOrPromise = ""


@dataclass(frozen=True)
class Entry:
    """A place with its address, for one person on one page."""

    place: Place
    url: str
    is_current: bool


@dataclass(frozen=True)
class Group:
    title: StrOrPromise
    entries: list[Entry]


PLACES: list[tuple[StrOrPromise, list[Place]]] = [
    (
        _("Sell"),
        [
            Place(_("Till"), "upc-scan", "sales:pos", ("sell",)),
            Place(_("Sales"), "receipt", "sales:sale_list", ("sale_view", "sell")),
            Place(_("Shifts"), "cash-stack", "sales:shift_list", ("sell", "shift_manage")),
            Place(_("Returns"), "arrow-return-left", "sales:return_list", ("sale_view", "sell")),
            Place(_("Customers"), "person-lines-fill", "master:customer_list", ("master_view",)),
        ],
    ),
    (
        _("Stock"),
        [
            Place(_("Stock on hand"), "boxes", "inventory:stock_list", ("stock_on_hand",), _("Stock")),
            Place(_("Stock card"), "journal-text", "inventory:move_list", ("stock_view",)),
            Place(_("Adjustments"), "plus-slash-minus", "inventory:adjustment_list", ("stock_view",)),
            Place(_("Transfers"), "arrow-left-right", "inventory:transfer_list", ("stock_view",)),
            Place(_("Stock counts"), "clipboard-check", "inventory:count_list", ("stock_view",), _("Counts")),
            Place(_("Expiry list"), "calendar-x", "summary:expiry_list", ("stock_view",)),
            Place(_("Products"), "tag", "master:product_list", ("master_view",)),
            Place(_("Labels"), "upc", "inventory:label_print", ("master_view",)),
            Place(_("Categories"), "collection", "master:category_list", ("master_view",)),
        ],
    ),
    (
        _("Buy"),
        [
            Place(_("Purchase orders"), "bag", "purchases:order_list", ("purchase_view",)),
            Place(
                _("Goods receipts"), "box-arrow-in-down", "purchases:receipt_list", ("purchase_view",), _("Receipts")
            ),
            Place(_("Returns to suppliers"), "box-arrow-up", "purchases:supplier_return_list", ("purchase_view",)),
            Place(_("Suppliers"), "truck", "master:supplier_list", ("master_view",)),
        ],
    ),
    (
        _("Decide"),
        [
            Place(_("Reorder"), "sliders", "replenishment:policy_list", ("reorder_view",)),
            Place(_("What to order"), "cart-check", "replenishment:order_plan", ("reorder_view",)),
            Place(_("Alerts"), "bell", "replenishment:alert_list", ("reorder_view",)),
            Place(_("Calendar"), "calendar-event", "replenishment:calendar", ("reorder_view",)),
            Place(_("Try a policy"), "rewind", "replenishment:replay_list", ("reorder_view",)),
            Place(_("Report card"), "clipboard-data", "replenishment:record", ("reorder_view",)),
            Place(_("Study calculation"), "calculator", "replenishment:study_list", ("reorder_view",)),
        ],
    ),
    (
        _("Discover"),
        [
            Place(_("Bought together"), "diagram-3", "mining:rule_list", ("rule_view",)),
            Place(_("Mining runs"), "gem", "mining:run_list", ("rule_view",)),
            Place(_("Effect of the hints"), "lightbulb", "mining:effect", ("rule_view",)),
        ],
    ),
    (
        _("See"),
        [
            Place(_("Dashboard"), "speedometer2", "summary:dashboard", ("dashboard_view",)),
            Place(_("Reports"), "file-earmark-bar-graph", "summary:report_list", ("stock_view", "purchase_view")),
        ],
    ),
    (
        _("Set up"),
        [
            Place(_("Shop profile"), "shop", "master:shop_profile", ("shop_change",)),
            Place(_("Warehouses"), "building", "inventory:warehouse_list", ("shop_change",)),
            Place(_("Payment methods"), "wallet2", "master:payment_method_list", ("shop_change",)),
            Place(_("Receipt printers"), "printer", "sales:printer_list", ("shop_change",)),
            Place(_("Users"), "people", "accounts:user_list", ("user_manage",)),
            Place(_("Import data"), "upload", "master:import_start", ("master_import",)),
            Place(_("Import past sales"), "clock-history", "sales:import_start", ("master_import",)),
            Place(_("Audit trail"), "journal-check", "master:audit_list", ("audit_view",)),
            Place(_("Administration"), "gear", "admin:index", ("admin_site",)),
        ],
    ),
]

# The four main places of each role: the bottom bar on a phone.
PHONE_PLACES = {
    ADMIN: ("summary:dashboard", "sales:pos", "inventory:stock_list", "master:product_list"),
    MANAGER: ("summary:dashboard", "sales:pos", "inventory:stock_list", "sales:sale_list"),
    WAREHOUSE: ("inventory:stock_list", "inventory:move_list", "purchases:receipt_list", "master:product_list"),
    CASHIER: ("sales:pos", "master:product_list", "master:customer_list", "accounts:profile"),
    ANALYST: ("summary:dashboard", "mining:rule_list", "inventory:stock_list", "sales:sale_list"),
}
_PROFILE = Place(_("Profile"), "person", "accounts:profile", ())


def _address(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def groups_for(request: HttpRequest) -> list[Group]:
    """Return the menu of the person who asks, with the place of this page marked."""
    allowed = [
        (title, [(place, url) for place in places if _may(request, place) and (url := _address(place.url_name))])
        for title, places in PLACES
    ]
    current = _current_url(request.path, (url for _title, pairs in allowed for _place, url in pairs))
    return [
        Group(title, [Entry(place, url, url == current) for place, url in pairs]) for title, pairs in allowed if pairs
    ]


def phone_entries(request: HttpRequest) -> list[Entry]:
    """Return the four main places of the person's role."""
    by_name = {place.url_name: place for _title, places in PLACES for place in places}
    by_name[_PROFILE.url_name] = _PROFILE
    names = PHONE_PLACES.get(request.user.role or ADMIN, ("accounts:profile",))
    found = [(by_name[name], url) for name in names if _may(request, by_name[name]) and (url := _address(name))]
    current = _current_url(request.path, (url for _place, url in found))
    return [Entry(place, url, url == current) for place, url in found]


def current_entry(groups: list[Group]) -> Entry | None:
    """Return the entry of the page that is open."""
    return next((entry for group in groups for entry in group.entries if entry.is_current), None)


def _may(request: HttpRequest, place: Place) -> bool:
    return not place.rights or any(request.user.can(name) for name in place.rights)


def _current_url(path: str, urls: Iterator[str]) -> str:
    # The longest address wins: /sales/import/ is not a page of /sales/.
    return max((url for url in urls if path.startswith(url)), key=len, default="")
