"""The demo shop's master data in the database."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from accounts.models import User
from inventory.models import Warehouse
from inventory.services import warehouse_change
from master.models import CashRounding, Category, Customer, Product, ProductUnit, ShopProfile, Supplier

from .batches import tracks_batches
from .catalogue import Catalogue, Item
from .events import SHOP, STORE
from .people import people_ensure

BOX = "dus"
Row = TypeVar("Row", Category, Supplier, Customer)


@dataclass(frozen=True, slots=True)
class Shop:
    """The rows that the story refers to, by the codes it uses. made: the people who were not there before."""

    people: dict[str, User]
    made: list[User]
    warehouses: dict[str, Warehouse]
    suppliers: dict[str, Supplier]
    customers: dict[str, Customer]
    products: dict[str, Product]


def shop_write(catalogue: Catalogue, min_stock: Callable[[Item], int]) -> Shop:
    """Write people, profile, warehouses and master data of an empty shop."""
    people, made = people_ensure()
    _write_profile()
    categories = _by_code(
        Category, [Category(code=c["code"], name=c["name"], description=c["description"]) for c in catalogue.categories]
    )
    suppliers = _by_code(
        Supplier,
        [
            Supplier(
                code=s["code"],
                name=s["name"],
                contact=s["contact"],
                phone=s["phone"],
                email=s["email"],
                address=s["address"],
                city=s["city"],
                lead_time_days=int(s["lead_time_days"]),
            )
            for s in catalogue.suppliers
        ],
    )
    customers = _by_code(
        Customer,
        [
            Customer(code=c.code, name=c.name, phone=c.phone, email=c.email, address=c.address)
            for c in catalogue.clients
        ],
    )
    products = [
        _product(item, categories[item.category], suppliers[item.supplier], min_stock(item)) for item in catalogue.items
    ]
    Product.objects.bulk_create(products)
    by_sku = {product.sku: product for product in Product.objects.all()}
    boxes = [_box(item, item.box, by_sku[item.sku]) for item in catalogue.items if item.box]
    ProductUnit.objects.bulk_create(boxes)
    return Shop(
        people=people,
        made=made,
        warehouses=_warehouses(people["admin"]),
        suppliers=suppliers,
        customers=customers,
        products=by_sku,
    )


def _by_code(model: type[Row], rows: list[Row]) -> dict[str, Row]:
    model.objects.bulk_create(rows)
    return {row.code: row for row in model.objects.all()}


def _write_profile() -> None:
    ShopProfile.objects.update_or_create(
        pk=1,
        defaults={
            "name": "Apotek & Toko Sehat Sentosa",
            "address": "Jl. Contoh Raya No. 88, Bandung 40000",
            "phone": "022-555-0188",
            "npwp": "000000000000000",
            "receipt_footer": "Terima kasih atas kunjungan Anda.\nBarang dapat ditukar dalam 2 hari dengan struk ini.",
            "currency": "IDR",
            "cash_coin": Decimal(100),
            "cash_rounding": CashRounding.NEAREST,
        },
    )


def _warehouses(admin: User) -> dict[str, Warehouse]:
    made = {
        SHOP: Warehouse(code=SHOP, name="Apotek", address="Jl. Contoh Raya No. 88, Bandung"),
        STORE: Warehouse(code=STORE, name="Gudang", address="Jl. Contoh Belakang No. 8, Bandung"),
    }
    return {code: warehouse_change(warehouse=warehouse, by=admin) for code, warehouse in made.items()}


def _product(item: Item, category: Category, supplier: Supplier, min_stock: int) -> Product:
    return Product(
        sku=item.sku,
        barcode=item.barcode,
        name=item.name,
        category=category,
        supplier=supplier,
        uom=item.uom,
        sold_by_measure=item.sold_by_measure,
        price=item.price,
        cost=item.cost,
        min_stock=Decimal(min_stock),
        order_multiple=item.order_multiple,
        indication=item.indication,
        is_favourite=item.is_favourite,
        shelf=item.shelf,
        tracks_batches=tracks_batches(item),
    )


def _box(item: Item, factor: Decimal, product: Product) -> ProductUnit:
    return ProductUnit(
        product=product,
        name=BOX,
        factor=factor,
        barcode=item.box_barcode,
        price=item.box_price,
        is_for_buying=True,
    )
