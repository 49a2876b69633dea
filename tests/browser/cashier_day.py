"""A cashier alone with the keyboard: what the tests of a day at the till do by hand."""

from decimal import Decimal

from playwright.sync_api import expect

from accounts.services import user_set_pin
from tests.factories import CustomerFactory, ProductFactory, ShopProfileFactory, UserFactory, WarehouseFactory, stock_up

# Words, because a bare number may stand in the name of a product's category too.
WORDS = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")


class Day:
    """A cashier alone with the keyboard; ten products P0 … P9 at 1,000 … 10,000, fifty of each."""

    def __init__(self, page, sign_in):
        ShopProfileFactory(cash_coin=Decimal(100), prints_after_sale=False)
        self.page = page
        self.cashier, self.manager = UserFactory(), UserFactory(role="Manager")
        user_set_pin(user=self.manager, pin="2468", by=self.manager)
        self.warehouse = WarehouseFactory()
        for n, word in enumerate(WORDS):
            product = ProductFactory(name=f"Barang {word}", sku=f"P{n}", price=1_000 * (n + 1))
            stock_up(product, self.warehouse, 50)
        self.customer = CustomerFactory(name="Bu Tini", phone="0852111")
        sign_in(page, self.cashier)

    def type(self, text):
        self.page.keyboard.type(text)

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def scan(self, *codes):
        for code in codes:
            self.type(code)
            self.press("Enter")

    def total(self, text):
        expect(self.page.locator(".pos-total-figure")).to_have_text(text)

    def pay(self, amount="", change="0"):
        """Pay in cash and go to the next customer."""
        self.press("F9")
        expect(self.page.locator("#tendered")).to_be_focused()
        if amount:
            self.type(amount)
        self.press("Enter")
        self.next(change)

    def next(self, change="0"):
        expect(self.page.locator(".pos-change")).to_have_text(change)
        expect(self.page.locator("[data-new-sale]")).to_be_focused()
        self.press("Enter")
        self.ready()
        expect(self.page.locator("#till-lines [data-item]")).to_have_count(0)

    def ready(self):
        """Wait for the till with its scripts: before them one scan is kept, but not two in a row."""
        expect(self.page.locator("#scan")).to_be_focused()
        self.page.wait_for_load_state()

    def open(self, dialog, key, field):
        self.press(key)
        expect(self.page.locator(f"#{dialog} {field}")).to_be_focused()

    def closed(self, dialog):
        expect(self.page.locator(f"#{dialog}")).to_be_hidden()
        expect(self.page.locator("#scan")).to_be_focused()


def open_shift_by_keyboard(day):
    day.page.goto("/pos/")
    expect(day.page.locator("#id_opening_float")).to_be_focused()
    day.page.locator("#id_opening_float").select_text()
    day.type("100000")
    day.press("Enter")
    day.ready()


def twelve_sales(day: Day) -> None:
    """Ring up twelve customers, each in another way."""
    three_cash_sales(day)
    sale_by_name(day)
    sales_without_cash(day)
    sales_with_discounts(day)
    sale_at_another_price(day)
    sale_to_a_customer(day)
    held_sale_and_the_next(day)


def three_cash_sales(day: Day) -> None:
    """Exact cash, cash with change, and three of a kind."""
    day.scan("P0", "P1")
    day.total("3,000")
    day.pay()
    day.scan("P9")
    day.total("10,000")
    day.pay("50000", "40,000")
    day.scan("3*P2")
    day.total("9,000")
    day.pay("10000", "1,000")


def sale_by_name(day: Day) -> None:
    """Found by name, chosen with the arrows."""
    day.type("empat bar")
    expect(day.page.locator("#till-found [role=option]")).to_have_count(1)
    day.press("ArrowDown", "Enter")
    day.total("5,000")
    day.pay()


def sales_without_cash(day: Day) -> None:
    """By QRIS, and split over cash and QRIS."""
    day.scan("P5")
    day.total("6,000")
    day.press("F9", "F6")
    expect(day.page.locator("#method")).to_have_value("QRIS")
    expect(day.page.locator("#tendered")).to_have_value("6,000")
    day.press("Enter")
    day.next()
    day.scan("P6")
    day.total("7,000")
    day.press("F9")
    expect(day.page.locator("#tendered")).to_be_focused()
    day.type("5000")
    day.press("F7")
    expect(day.page.locator("#tendered-1")).to_have_value("2,000")
    expect(day.page.locator("#tendered-1")).to_be_focused()
    day.press("Enter")
    day.next()


def sales_with_discounts(day: Day) -> None:
    """A discount on the line, and one on the sale."""
    day.scan("2*P7")
    day.total("16,000")
    day.open("line", "F4", "#line-discount")
    day.type("10%")
    day.press("Enter")
    day.closed("line")
    day.total("14,400")
    day.pay("20000", "5,600")
    day.scan("P8", "P0")
    day.total("10,000")
    day.open("sale-discount", "F6", "#sale-discount-value")
    day.type("1000")
    day.press("Enter")
    day.closed("sale-discount")
    day.total("9,000")
    day.pay()


def sale_at_another_price(day: Day) -> None:
    """Another price, with the manager's PIN in place."""
    day.scan("P3")
    day.total("4,000")
    day.open("line", "F3", "#line-price")
    day.type("3500")
    day.press("Enter")
    expect(day.page.locator("#pin-value")).to_be_focused()
    day.type("1111")
    day.press("Enter")
    expect(day.page.locator("#pin [data-say]")).to_contain_text("No manager with this PIN")
    day.type("2468")
    day.press("Enter")
    day.closed("line")
    day.total("3,500")
    day.pay()


def sale_to_a_customer(day: Day) -> None:
    """To a customer's name, with a note."""
    day.scan("P1")
    day.total("2,000")
    day.open("customer", "F10", "#customer-find")
    day.type("0852")
    expect(day.page.locator("#customer-found .pos-option.is-current")).to_contain_text("Bu Tini")
    day.press("Enter")
    day.closed("customer")
    day.open("line", "Shift+F2", "#line-note")
    day.type("bungkus kado")
    day.press("Enter")
    day.closed("line")
    expect(day.page.locator(".pos-note")).to_have_text("bungkus kado")
    day.pay()


def held_sale_and_the_next(day: Day) -> None:
    """Held for the next customer, and taken up again."""
    day.scan("P4", "P4")
    day.total("10,000")
    day.open("hold", "F7", "#hold-name")
    day.type("jaket merah")
    day.press("Enter")
    day.closed("hold")
    day.total("0")
    day.scan("P0")
    day.total("1,000")
    day.pay()
    day.press("F8")
    expect(day.page.locator("#held .pos-option.is-current")).to_contain_text("jaket merah")
    day.press("Enter")
    day.closed("held")
    day.total("10,000")
    day.pay()
