"""The till's grid of products for touch."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from inventori.permissions import requires
from sales import grid

from .till import shift_of

LAST_PAGE = 10_000


@never_cache
@require_GET
@requires("sell")
def product_grid(request: HttpRequest) -> HttpResponse:
    """Show a page of tiles; the first page comes with the tabs."""
    asked, page = request.GET.get("category", ""), _page(request.GET.get("page", ""))
    found = grid.product_grid(asked=asked, page=page, warehouse=shift_of(request).warehouse)
    template = "sales/pos_grid.html" if page == 1 else "sales/pos_grid_tiles.html"
    return render(request, template, {"grid": found, "FAVOURITES": grid.FAVOURITES})


def _page(text: str) -> int:
    return min(int(text), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 9 and int(text) else 1
