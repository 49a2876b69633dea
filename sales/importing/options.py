"""What a person says about a sales file: once, for the command, the page and the worker alike."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from inventori.money import CENT, round_half_up

from .rules import DATE_FORMATS, RuleBook

MAX_SOURCE = 16


@dataclass(frozen=True)
class ImportOptions:
    """path: the file. warehouse: the code of the warehouse that sold. source: the file's name for ever: the same
    invoice number of the same source is the same document. mapping: our column names → the file's headings.
    cost_share: what goods without a buying price cost, in percent of their usual price.
    currency: refuse unless the shop counts in it; "" does not ask. chunk_lines: how many lines commit together.
    """

    path: str
    warehouse: str
    source: str = "PAST"
    mapping: tuple[tuple[str, str], ...] = ()
    date_formats: tuple[str, ...] = DATE_FORMATS
    decimal: str = "."
    credit_prefix: str = "C"
    not_goods: tuple[str, ...] = ()
    goods: tuple[str, ...] = ()
    cost_share: int = 60
    currency: str = ""
    chunk_lines: int = 20_000
    dry_run: bool = False

    def book(self, now: datetime) -> RuleBook:
        """Return the rules; `now` is the warehouse's wall clock, and a clock may be a day ahead of ours."""
        return RuleBook(
            now=now + timedelta(days=1),
            date_formats=self.date_formats,
            decimal=self.decimal,
            credit_prefix=self.credit_prefix.upper(),
            not_goods=frozenset(map(str.upper, self.not_goods)),
            goods=frozenset(map(str.upper, self.goods)),
        )

    def cost_of(self, price: Decimal) -> Decimal:
        """Return what goods of this price cost, to the cent."""
        return round_half_up(price * self.cost_share / 100, CENT)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "ImportOptions":
        """Read what `to_json` wrote, after JSON made lists of its tuples."""
        changed = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
        if "mapping" in changed:
            changed["mapping"] = tuple((name, heading) for name, heading in changed["mapping"])
        return cls(**{**values, **changed})
