"""A shop whose sales are printed, shared by the tests of receipts."""

import re
from decimal import Decimal

from django.urls import reverse

from inventori.money import round_half_up
from inventori.posting import new_key
from sales.models import ReceiptPrinter, SaleItem, Shift
from sales.services import Tender, basket_add, sale_pay
from sales.services.basket import basket_totals
from tests.factories import (
    CustomerFactory,
    ProductFactory,
    ShopProfileFactory,
    UserFactory,
    WarehouseFactory,
    open_shift,
    stock_up,
)


class ReceiptShop:
    """Soap by the piece at 10,000 and rice by the kilogram at 15,500; Siti sells."""

    def __init__(self, **profile):
        self.profile = ShopProfileFactory(**{"name": "Toko Uji", **profile})
        self.warehouse = WarehouseFactory(time_zone="Asia/Makassar")
        self.cashier, self.manager = UserFactory(first_name="Siti"), UserFactory(role="Manager")
        self.soap = ProductFactory(name="Sabun Mandi", sku="SOAP", price=10_000)
        self.rice = ProductFactory(name="Beras", sku="RICE", uom="kg", sold_by_measure=True, price=15_500)
        for product in (self.soap, self.rice):
            stock_up(product, self.warehouse, 10_000)
        self.shift = open_shift(self.cashier, self.warehouse)

    def more(self):
        """Return another product, sold by the kilogram."""
        product = ProductFactory(uom="kg", sold_by_measure=True)
        stock_up(product, self.warehouse, 10_000)
        return product

    def sell(self, lines=None, *, tenders=None, customer=None, at=None, sale_discount=0, sale_percent=None, **line):
        """Pay `lines` (product, quantity); `line`: values of the first one.

        tenders: a list, or what makes one of the total; else cash with 1,000 to spare.
        """
        key = new_key()
        for product, qty in lines or [(self.soap, 2)]:
            basket = basket_add(key=key, warehouse=self.warehouse, product=product, qty=Decimal(qty), by=self.cashier)
        SaleItem.objects.filter(pk=basket.items.first().pk).update(**line)
        # Written past the basket's services: what is printed is asked about here, not who may give a discount.
        basket.discount, basket.discount_percent, basket.customer = Decimal(sale_discount), sale_percent, customer
        totals = basket_totals(basket, list(basket.items.select_related("product")), self.profile)
        basket.subtotal, basket.tax, basket.total_amount = totals.subtotal, totals.tax, totals.total
        basket.save()
        tenders = tenders(totals.total) if callable(tenders) else tenders
        tenders = tenders or [Tender("CASH", totals.total + 1_000)]
        return sale_pay(key=key, tenders=tenders, expected_total=totals.total, by=self.cashier, at=at)[0]

    def sell_split(self, lines, line_discount, discount, card_share, spare):
        """Pay a part of it by card, the rest in cash with `spare` too much."""

        def tenders(total):
            card = round_half_up(total * card_share / 100)
            return [Tender("CARD", card, "1"), Tender("CASH", total - card + 500 + spare)]

        return self.sell(lines, tenders=tenders, sale_discount=discount, discount=line_discount)

    def sell_to(self, at=None, **customer):
        return self.sell(customer=CustomerFactory(name="Budi", **customer), at=at)

    def use_printer(self, port=9100, **values):
        printer = ReceiptPrinter.objects.create(**{"name": "Kasir 1", "host": "127.0.0.1", "port": port, **values})
        Shift.objects.filter(pk=self.shift.pk).update(printer=printer)
        return printer


def get(client, user, name, pk, **query):
    client.force_login(user)
    return client.get(reverse(f"sales:{name}", args=[pk]), query)


def post(client, user, name, pk, **values):
    """Post as the page's script does."""
    client.force_login(user)
    return client.post(reverse(f"sales:{name}", args=[pk]), values, headers={"X-Till": "1"})


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))
