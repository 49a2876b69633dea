"""Master data: what is sold, by whom it is supplied, to whom it goes, and the shop itself."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from inventori.fields import CodeField, MoneyField, PercentField, QtyField, SearchTextField
from inventori.posting import PostedOnce

NOT_NEGATIVE = [MinValueValidator(Decimal(0))]
PER_CENT = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))]


class Category(models.Model):
    code = CodeField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=100)
    description = models.TextField(_("description"), blank=True, default="")
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Supplier(models.Model):
    code = CodeField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=150)
    contact = models.CharField(_("contact person"), max_length=100, blank=True, default="")
    phone = models.CharField(_("phone"), max_length=40, blank=True, default="")
    email = models.EmailField(_("e-mail"), blank=True, default="")
    address = models.TextField(_("address"), blank=True, default="")
    city = models.CharField(_("city"), max_length=80, blank=True, default="")
    lead_time_days = models.PositiveSmallIntegerField(_("lead time (days)"), default=3)
    min_order_value = MoneyField(
        _("minimum order value"),
        default=0,
        db_default=0,
        validators=NOT_NEGATIVE,
        help_text=_("An order that comes to less is not delivered. 0: none."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Customer(models.Model):
    code = CodeField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=150)
    phone = models.CharField(_("phone"), max_length=40, blank=True, default="")
    email = models.EmailField(_("e-mail"), blank=True, default="")
    address = models.TextField(_("address"), blank=True, default="")
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    sku = CodeField(_("SKU"), max_length=40, unique=True)
    # Empty is NULL: many products have no barcode, and two of them are no clash.
    barcode = models.CharField(_("barcode"), max_length=40, unique=True, null=True, blank=True)
    name = models.CharField(_("name"), max_length=200)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, verbose_name=_("category"))
    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("usual supplier")
    )
    uom = models.CharField(_("unit"), max_length=20, default="pcs", help_text=_("pcs, strip, bottle, kg …"))
    sold_by_measure = models.BooleanField(
        _("sold by measure"), default=False, help_text=_("May be sold in fractions, such as 0.25 kg.")
    )
    price = MoneyField(_("selling price"), validators=NOT_NEGATIVE)
    cost = MoneyField(
        _("buying price"), default=0, validators=NOT_NEGATIVE, help_text=_("The last price paid to a supplier.")
    )
    min_stock = QtyField(_("minimum stock"), default=0, validators=NOT_NEGATIVE)
    order_multiple = QtyField(
        _("order multiple"),
        default=1,
        validators=[MinValueValidator(Decimal("0.001"))],
        help_text=_("Orders are rounded up to a multiple of this."),
    )
    indication = models.CharField(
        _("good for"),
        max_length=200,
        blank=True,
        default="",
        help_text=_("What people ask for it with, such as: headache, fever. The till finds it by these words."),
    )
    is_favourite = models.BooleanField(
        _("favourite at the till"), default=False, help_text=_("Stands among the favourites that are sold by touch.")
    )
    tracks_batches = models.BooleanField(
        _("tracks batches"),
        default=False,
        db_default=False,
        help_text=_("A receipt asks for batch number and expiry date; what expires first is sold first."),
    )
    shelf = models.CharField(
        _("shelf"),
        max_length=30,
        blank=True,
        default="",
        db_default="",
        help_text=_("Where it stands in the shop, such as A-03. Counts go along it."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    description = models.TextField(_("description"), blank=True, default="")
    # What the till searches in, kept by the columns it is made of.
    search_text = SearchTextField(sources=("name", "sku", "barcode", "indication"))

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["name"]
        indexes = [models.Index(fields=["name"], name="product_name")]

    def __str__(self) -> str:
        return self.name


class ProductUnit(models.Model):
    """A larger unit in which a product is bought or sold: a box of 10 strips. It may have a barcode and a price."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="units", verbose_name=_("product"))
    name = models.CharField(_("unit"), max_length=20, help_text=_("box, carton, pack …"))
    factor = QtyField(
        _("holds"), validators=[MinValueValidator(Decimal("0.001"))], help_text=_("How many of the product's own unit.")
    )
    barcode = models.CharField(_("barcode"), max_length=40, unique=True, null=True, blank=True)
    price = MoneyField(
        _("selling price"), null=True, blank=True, validators=NOT_NEGATIVE, help_text=_("Empty: not sold in this unit.")
    )
    is_for_buying = models.BooleanField(_("usual for buying"), default=False)

    class Meta:
        verbose_name = _("unit of a product")
        verbose_name_plural = _("units of products")
        ordering = ["product", "factor"]
        constraints = [
            models.UniqueConstraint(fields=["product", "name"], name="product_unit_named_once"),
            models.CheckConstraint(condition=models.Q(factor__gt=0), name="product_unit_holds_something"),
        ]

    def __str__(self) -> str:
        return self.name


class PaymentKind(models.TextChoices):
    """How money of a method behaves: only cash has change, rounding and a drawer."""

    CASH = "CASH", _("cash")
    CARD = "CARD", _("card")
    QRIS = "QRIS", "QRIS"
    TRANSFER = "TRANSFER", _("bank transfer")
    OTHER = "OTHER", _("other")


CASH = PaymentKind.CASH.value


class PaymentMethod(models.Model):
    """A way to pay. The five of `PaymentKind` are there from the start; CASH is the one that fills the drawer."""

    code = CodeField(_("code"), max_length=20, unique=True)
    name = models.CharField(
        _("name"), max_length=60, blank=True, default="", help_text=_("Leave empty for the usual name.")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=PaymentKind.choices, default=PaymentKind.OTHER)
    asks_reference = models.BooleanField(
        _("asks for a reference"), default=False, help_text=_("Such as the number on the card terminal's slip.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=50)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("payment method")
        verbose_name_plural = _("payment methods")
        ordering = ["position", "code"]
        constraints = [
            # One drawer, one method that fills it: the till counts on the code.
            models.CheckConstraint(
                condition=models.Q(code=CASH, kind=CASH) | ~(models.Q(code=CASH) | models.Q(kind=CASH)),
                name="payment_method_cash_is_one",
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(PaymentKind(self.kind).label)


class CashRounding(models.TextChoices):
    NEAREST = "nearest", _("to the nearest coin")
    DOWN = "down", _("down, for the customer")
    UP = "up", _("up")


class ShopProfile(models.Model):
    """The shop itself: one row, with id 1."""

    # Not counted up by the database: MySQL allows no CHECK on such a column.
    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(_("shop name"), max_length=120, default="Inventori")
    address = models.TextField(_("address"), blank=True, default="")
    phone = models.CharField(_("phone"), max_length=40, blank=True, default="")
    npwp = models.CharField(_("NPWP (tax number)"), max_length=30, blank=True, default="")
    logo = models.ImageField(_("logo"), upload_to="shop/", blank=True)
    receipt_footer = models.TextField(_("receipt footer"), blank=True, default="")
    currency = models.CharField(
        _("currency"),
        max_length=3,
        default="IDR",
        choices=[("IDR", "Rupiah (IDR)"), ("USD", "US dollar (USD)"), ("GBP", "Pound sterling (GBP)")],
    )
    charges_tax = models.BooleanField(
        _("charges tax"), default=False, help_text=_("Only a shop registered as PKP charges PPN.")
    )
    prices_include_tax = models.BooleanField(_("prices include tax"), default=True)
    cash_coin = MoneyField(
        _("smallest coin"),
        default=0,
        validators=NOT_NEGATIVE,
        help_text=_("Cash totals are rounded to this coin, such as 100. 0 switches rounding off."),
    )
    cash_rounding = models.CharField(
        _("cash rounding"), max_length=7, choices=CashRounding.choices, default=CashRounding.NEAREST
    )
    cashier_discount_limit = PercentField(
        _("cashiers' discount limit (%)"),
        default=10,
        validators=PER_CENT,
        help_text=_("Above it the till asks for a manager's PIN."),
    )
    manager_discount_limit = PercentField(
        _("managers' discount limit (%)"),
        default=100,
        validators=PER_CENT,
        help_text=_("Above it only an admin's PIN helps."),
    )
    over_receipt_percent = PercentField(
        _("may be received above the order (%)"),
        default=0,
        db_default=0,
        validators=PER_CENT,
        help_text=_("0: never more than was ordered."),
    )
    receipt_width = models.PositiveSmallIntegerField(
        _("receipt paper"), default=80, choices=[(80, _("80 mm")), (58, _("58 mm"))]
    )
    prints_after_sale = models.BooleanField(
        _("print after each sale"), default=True, help_text=_("The print dialog opens by itself when a sale is paid.")
    )
    cutoff_hour = models.PositiveSmallIntegerField(
        _("day cut-off hour"),
        default=0,
        help_text=_("Sales before this hour belong to the day before. 0 is midnight."),
    )

    class Meta:
        verbose_name = _("shop profile")
        verbose_name_plural = _("shop profile")
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="shop_profile_is_one_row"),
            models.CheckConstraint(condition=models.Q(cutoff_hour__lte=23), name="shop_cutoff_is_an_hour"),
        ]

    def __str__(self) -> str:
        return self.name


class TaxRate(models.Model):
    """A tax rate of a time. PPN since 2025 is 12 % of 11/12 of the price: `percent` 12, base 11 / 12."""

    name = models.CharField(_("name"), max_length=40, default="PPN")
    percent = models.DecimalField(_("rate (%)"), max_digits=5, decimal_places=2, validators=NOT_NEGATIVE)
    base_numerator = models.PositiveSmallIntegerField(_("base numerator"), default=1, validators=[MinValueValidator(1)])
    base_denominator = models.PositiveSmallIntegerField(
        _("base denominator"), default=1, validators=[MinValueValidator(1)]
    )
    valid_from = models.DateField(_("valid from"), unique=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("tax rate")
        verbose_name_plural = _("tax rates")
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True) | models.Q(valid_until__gte=models.F("valid_from")),
                name="tax_rate_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=models.Q(base_numerator__gte=1, base_denominator__gte=1), name="tax_rate_base_is_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.percent.normalize():f} %"

    @property
    def factor(self) -> Decimal:
        """The tax as a part of the net price: 12 % × 11/12 = 0.11."""
        return self.percent / 100 * self.base_numerator / self.base_denominator


class ImportRun(PostedOnce):
    """A file that was brought in, once."""

    kind = models.CharField(_("what"), max_length=30)
    file_name = models.CharField(_("file"), max_length=200)
    added = models.PositiveIntegerField(_("new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    applied_at = models.DateTimeField(_("time"), auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who"))

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file_name
