"""Which role may do what: the one table, and the two doors that ask it.

A migration makes the groups and permissions from `RIGHTS`; views ask with `requires`,
templates with `rights.<name>`. The table in `docs/permissions.md` is made from here too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

ADMIN, MANAGER, WAREHOUSE, CASHIER, ANALYST = "Admin", "Manager", "Warehouse", "Cashier", "Analyst"

ROLE_LABELS: dict[str, StrOrPromise] = {
    ADMIN: _("Admin"),
    MANAGER: _("Manager"),
    WAREHOUSE: _("Warehouse"),
    CASHIER: _("Cashier"),
    ANALYST: _("Analyst"),
}

# The page that a role works on, by URL name.
START_PAGES = {
    ADMIN: "summary:dashboard",
    MANAGER: "summary:dashboard",
    WAREHOUSE: "inventory:stock_list",
    CASHIER: "sales:pos",
    ANALYST: "summary:dashboard",
}


@dataclass(frozen=True)
class Right:
    """One thing a person may do, and the roles that may do it."""

    label: StrOrPromise
    roles: frozenset[str]


def _right(label: StrOrPromise, roles: str) -> Right:
    by_letter = {"A": ADMIN, "M": MANAGER, "W": WAREHOUSE, "C": CASHIER, "N": ANALYST}
    return Right(label, frozenset(by_letter[letter] for letter in roles.split()))


RIGHTS: dict[str, Right] = {
    # Sell
    "sell": _right(_("Sell at the till"), "A M C"),
    "sale_view": _right(_("See sales"), "A M N"),
    "sale_cancel": _right(_("Cancel a paid sale, take back goods"), "A M"),
    "price_override": _right(_("Change a price at the till"), "A M"),
    "discount_over_limit": _right(_("Give a discount above the limit"), "A M"),
    "shift_manage": _right(_("See and close the shifts of others"), "A M"),
    # Master data
    "master_view": _right(_("See products, categories, suppliers and customers"), "A M W C N"),
    "master_change": _right(_("Create and change products, categories, suppliers and customers"), "A M"),
    "master_delete": _right(_("Delete master data without history"), "A"),
    "master_import": _right(_("Import master data and past sales"), "A M"),
    "customer_add": _right(_("Add a customer"), "A M C"),
    "cost_view": _right(_("See cost, margin and stock value"), "A M"),
    # Stock
    "stock_on_hand": _right(_("See the stock on hand"), "A M W C N"),
    "stock_view": _right(_("See stock and moves"), "A M W N"),
    "stock_adjust": _right(_("Adjust, transfer, count and receive stock"), "A M W"),
    # Buy
    "purchase_view": _right(_("See purchase orders and receipts"), "A M W N"),
    "purchase_change": _right(_("Make and send purchase orders"), "A M"),
    # Decide and discover
    "reorder_view": _right(_("See reorder policies"), "A M W N"),
    "reorder_change": _right(_("Change reorder policies"), "A M"),
    "mining_run": _right(_("Run basket mining"), "A M N"),
    "rule_view": _right(_("See association rules"), "A M N"),
    # See
    "dashboard_view": _right(_("See the dashboard"), "A M W N"),
    # Set up
    "user_manage": _right(_("Manage users"), "A"),
    "shop_change": _right(_("Change the shop profile, tax rates and warehouses"), "A"),
    "audit_view": _right(_("See the audit trail"), "A"),
    "admin_site": _right(_("Use the Django admin"), "A"),
}


def rights_of(role: str) -> frozenset[str]:
    """Return the names of all rights of `role`."""
    return frozenset(name for name, right in RIGHTS.items() if role in right.roles)


def _sign_in_first(request: HttpRequest) -> HttpResponseBase:
    # Imported here: the user model is built from this module's table.
    from django.contrib.auth.views import redirect_to_login

    return redirect_to_login(request.get_full_path())


def requires(*names: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Let through who has at least one of the rights `names`; others get 403, strangers the sign-in page."""
    for name in names:
        if name not in RIGHTS:
            raise ValueError(f"unknown right {name!r}")

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _sign_in_first(request)
            if not any(request.user.can(name) for name in names):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.rights = names  # type: ignore[attr-defined]  # read by the permission walk
        return guarded

    return decorate


def signed_in(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let through whoever is signed in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _sign_in_first(request)
        return view(request, *args, **kwargs)

    guarded.rights = ("signed_in",)  # type: ignore[attr-defined]
    return guarded


def public(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Mark a view that anybody may open; an unmarked view fails the permission walk."""
    view.rights = ("public",)  # type: ignore[attr-defined]
    return view
