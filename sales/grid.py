"""The grid of products that are sold by touch: favourites first, then one category after another."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from inventory.models import Warehouse
from master.models import Category, Product

from .till import with_stock

FAVOURITES = "favourites"
TILES = 48


@dataclass(frozen=True, slots=True)
class Grid:
    """One page of tiles. chosen: a category's id or `favourites`; next_page: None on the last page."""

    categories: list[Category]
    chosen: int | str
    tiles: list[Product]
    next_page: int | None


def product_grid(*, asked: str, page: int, warehouse: Warehouse) -> Grid:
    """Return the tiles of the category `asked`, with units `there`; what nobody knows shows the favourites."""
    sold = Product.objects.filter(is_active=True)
    categories = list(Category.objects.filter(Exists(sold.filter(category=OuterRef("pk")))))
    category = next((category for category in categories if str(category.pk) == asked), None)
    among = sold.filter(category=category) if category else sold.filter(is_favourite=True)
    start = (page - 1) * TILES
    tiles = list(with_stock(among, warehouse).order_by("name", "pk")[start : start + TILES + 1])
    return Grid(
        categories=categories,
        chosen=category.pk if category else FAVOURITES,
        tiles=tiles[:TILES],
        next_page=page + 1 if len(tiles) > TILES else None,
    )
