"""The warehouse that a person works in, kept in their session."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .models import Warehouse
from .selectors import active_warehouses

SESSION_KEY = "warehouse"


def choosable(request: HttpRequest) -> list[Warehouse]:
    """Return the active warehouses, read once per request."""
    found: list[Warehouse] | None = getattr(request, "warehouses", None)
    if found is None:
        found = request.warehouses = active_warehouses()  # type: ignore[attr-defined]
    return found


def has_chosen(request: HttpRequest) -> bool:
    """Say whether there is nothing to ask: the person chose, or there is one warehouse only."""
    warehouses = choosable(request)
    return len(warehouses) == 1 or any(w.pk == request.session.get(SESSION_KEY) for w in warehouses)


def current_warehouse(request: HttpRequest) -> Warehouse | None:
    """Return the warehouse the person chose, else the first one; None in a shop that has none."""
    warehouses = choosable(request)
    chosen = request.session.get(SESSION_KEY)
    return next((w for w in warehouses if w.pk == chosen), warehouses[0] if warehouses else None)


def choose(request: HttpRequest, warehouse: Warehouse) -> None:
    request.session[SESSION_KEY] = warehouse.pk


def warehouse_choice(request: HttpRequest) -> dict[str, Any]:
    """Give the frame its picker; lazy, so that a fragment without it asks nothing."""
    return {
        "warehouses": SimpleLazyObject(lambda: choosable(request)),
        "warehouse": SimpleLazyObject(lambda: current_warehouse(request)),
    }
