"""What an import did, in numbers and in sentences."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

SENTENCES: dict[str, StrOrPromise] = {
    "blank": _("The line is empty."),
    "columns": _("The line has more or fewer fields than the heading."),
    "unreadable": _("The line cannot be taken apart: a quotation mark that never closes, or an endless field."),
    "no_invoice": _("The invoice number is missing."),
    "bad_invoice": _("The invoice number is longer than 40 characters or holds letters outside plain ASCII."),
    "no_code": _("The product code is missing."),
    "bad_code": _("The product code is longer than 40 characters or holds letters outside plain ASCII."),
    "not_goods": _("The code sells no goods: postage, a fee, a discount, a sample, a voucher or a manual entry."),
    "bad_quantity": _("The quantity is no number, has more than 3 decimals or is 10,000,000 or more."),
    "zero_quantity": _("The quantity is zero."),
    "bad_price": _("The price is no number."),
    "price_not_positive": _("The price is zero or negative: a gift, a correction of stock or a bad debt."),
    "price_decimals": _("The price has a fraction of a cent."),
    "bad_date": _("The date cannot be read in any of the stated formats."),
    "future": _("The date lies in the future."),
    "negative_on_sale": _("A negative quantity on an invoice that is no credit note."),
    "positive_on_credit": _("A positive quantity on a credit note."),
    "bad_customer": _("The customer code is longer than 30 characters or holds letters outside plain ASCII."),
    "too_large": _("The price or the line's amount is 10,000,000,000 or more."),
    "document_too_large": _("The document's total is larger than an amount can be."),
    "fraction_of_whole_units": _("A fraction of a product that the shop sells in whole units."),
    "number_taken": _("The shop already has another document with this number."),
    "changed": _("This document was imported before with other content; it stays as it is."),
}


@dataclass
class Month:
    """Revenue of one month of business days."""

    month: str
    sales: Decimal
    returns: Decimal

    @property
    def net(self) -> Decimal:
        return self.sales - self.returns


@dataclass
class Summary:
    """Records read = accepted + rejected. `there` counts documents that an earlier run had posted."""

    dry_run: bool
    read: int
    accepted: int
    rejected: dict[str, int]
    months: list[Month]
    products: int = 0
    customers: int = 0
    sales: int = 0
    returns: int = 0
    lines: int = 0
    there: int = 0
    opening_products: int = 0
    encoding: str = ""
    seconds: float = 0.0
    peak_mb: int = 0
    reasons: list[tuple[str, StrOrPromise, int]] = field(init=False)

    def __post_init__(self) -> None:
        by_number = sorted(self.rejected.items(), key=lambda pair: (-pair[1], pair[0]))
        self.reasons = [(reason, SENTENCES[reason], count) for reason, count in by_number]

    @property
    def rejected_total(self) -> int:
        return sum(self.rejected.values())

    @property
    def lines_per_second(self) -> int:
        return int(self.read / self.seconds) if self.seconds else 0

    @property
    def total(self) -> Month:
        return Month(
            "", sum((m.sales for m in self.months), Decimal(0)), sum((m.returns for m in self.months), Decimal(0))
        )

    def to_json(self) -> dict[str, Any]:
        values = asdict(self) | {"months": [[m.month, str(m.sales), str(m.returns)] for m in self.months]}
        values.pop("reasons")
        return values

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Summary":
        months = [Month(month, Decimal(sales), Decimal(returns)) for month, sales, returns in values["months"]]
        return cls(**{**values, "months": months})


def count_reasons(rejects: dict[int, str]) -> dict[str, int]:
    return dict(Counter(rejects.values()))


def months_of(revenue: dict[str, tuple[Decimal, Decimal]]) -> list[Month]:
    return [Month(month, sales, returns) for month, (sales, returns) in revenue.items()]
