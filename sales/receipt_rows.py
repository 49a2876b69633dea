"""A receipt as rows of text, for what draws it line by line: the printer, the PDF, and a message to the customer."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventori.templatetags.inventori import money

from .receipt import Receipt, Sum

LINES_IN_A_MESSAGE = 40


class Look(Enum):
    """How a row stands on the paper."""

    SHOP = auto()
    CENTRE = auto()
    MARK = auto()
    RULE = auto()
    FACT = auto()
    NAME = auto()
    DETAIL = auto()
    REMARK = auto()
    SUM = auto()
    TOTAL = auto()


@dataclass(frozen=True, slots=True)
class Row:
    """left: what it is; right: its figure or fact."""

    look: Look
    left: str = ""
    right: str = ""


def rows_of(receipt: Receipt) -> Iterator[Row]:
    """Yield the rows from the shop's name to the footer; the barcode is no row."""
    yield Row(Look.SHOP, receipt.shop)
    yield from (Row(Look.CENTRE, text) for text in receipt.head)
    yield from (Row(Look.MARK, text) for text in [receipt.title, *receipt.marks] if text)
    yield Row(Look.RULE)
    yield from (Row(Look.FACT, label, fact) for label, fact in receipt.facts)
    yield Row(Look.RULE)
    for line in receipt.lines:
        yield Row(Look.NAME, line.name)
        yield Row(Look.DETAIL, line.detail, money(line.amount))
        yield from (Row(Look.REMARK, remark) for remark in line.remarks)
    yield Row(Look.RULE)
    for row in receipt.sums:
        yield _sum_row(row)
        if row.remark:
            yield Row(Look.REMARK, row.remark)
    if receipt.footer:
        yield Row(Look.RULE)
        yield from (Row(Look.CENTRE, text.strip()) for text in receipt.footer.splitlines())


def _sum_row(row: Sum) -> Row:
    return Row(Look.TOTAL if row.kind == "total" else Look.SUM, row.label, money(row.amount))


def message(receipt: Receipt) -> str:
    """Return the receipt as plain text for a chat or a mail. A long one names its first lines only."""
    blocks = [[receipt.shop, *receipt.head], [text for text in [receipt.title, *receipt.marks] if text]]
    blocks.append([f"{label}: {fact}" for label, fact in receipt.facts])
    lines = [f"{line.name}\n{line.detail} = {money(line.amount)}" for line in receipt.lines[:LINES_IN_A_MESSAGE]]
    more = len(receipt.lines) - len(lines)
    if more > 0:
        lines.append(ngettext("… and %(count)s more line", "… and %(count)s more lines", more) % {"count": more})
    blocks.append(lines)
    blocks.append([f"{row.label}: {money(row.amount)}" for row in receipt.sums])
    blocks.append([receipt.footer or _("Thank you.")])
    return "\n\n".join("\n".join(block) for block in blocks if block)
