"""What a sales file will become: documents in the order of time, goods, customers, opening stock. Pure.

The whole file is planned before anything is posted, because the opening stock of a product depends on
all its lines: it is what keeps the balance from ever falling below zero.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from inventori.money import CENT, ZERO, round_half_up

from .reader import SalesFile, rows
from .rules import Judge, Rejected, RuleBook

MAX_TOTAL = Decimal(10) ** 12
REPORT_EVERY = 20_000


@dataclass(slots=True)
class PlannedLine:
    sku: str
    qty: Decimal
    price: Decimal
    line: int


@dataclass(slots=True)
class PlannedDocument:
    """A sale, or a return when `is_credit`. `at`: the earliest wall-clock time on its lines."""

    number: str
    is_credit: bool
    at: datetime
    customer: str
    lines: list[PlannedLine]
    _digest: str = ""

    @property
    def total(self) -> Decimal:
        return sum((line_total(line.qty, line.price) for line in self.lines), ZERO)

    def digest(self) -> str:
        """Return a fingerprint of the content, to tell a repeated document from a changed one."""
        self._digest = self._digest or self._make_digest()
        return self._digest

    def without(self, refused: Container[int]) -> None:
        """Leave out the lines whose number is in `refused`."""
        self.lines = [line for line in self.lines if line.line not in refused]
        self._digest = ""

    def _make_digest(self) -> str:
        lines = "|".join(f"{line.sku};{line.qty};{line.price}" for line in self.lines)
        return hashlib.sha256(f"{self.number}|{self.at}|{self.customer}|{lines}".encode()).hexdigest()


@dataclass(slots=True)
class Seen:
    """What the accepted lines say about one product."""

    names: Counter[str] = field(default_factory=Counter)
    prices: Counter[Decimal] = field(default_factory=Counter)

    def name(self, otherwise: str) -> str:
        """Return the most frequent description that has letters; of equals the first."""
        return next((name for name, _ in self.names.most_common() if sum(map(str.isalpha, name)) > 1), otherwise)

    def price(self) -> Decimal:
        """Return the most frequent price; of equals the first."""
        return self.prices.most_common(1)[0][0]


@dataclass(slots=True)
class Person:
    name: str = ""
    country: str = ""


@dataclass
class Plan:
    """Every record of the file is in `documents` or in `rejects` (line → reason), never in both."""

    file: SalesFile
    documents: list[PlannedDocument] = field(default_factory=list)
    goods: dict[str, Seen] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    rejects: dict[int, str] = field(default_factory=dict)
    read: int = 0

    @property
    def accepted(self) -> int:
        return sum(len(document.lines) for document in self.documents)

    def reject_documents(self, reasons: Mapping[str, str]) -> None:
        """Take whole documents (number → reason) out of the plan."""
        self.reject_lines(
            {line.line: reasons[d.number] for d in self.documents if d.number in reasons for line in d.lines}
        )

    def reject_lines(self, reasons: Mapping[int, str]) -> None:
        """Take single lines (line → reason) out of the plan, and documents that have none left."""
        if not reasons:
            return
        self.rejects.update(reasons)
        for document in self.documents:
            document.without(reasons)
        self.documents = [document for document in self.documents if document.lines]

    def skus(self) -> set[str]:
        return {line.sku for document in self.documents for line in document.lines}

    def fractions(self) -> set[str]:
        """Return the codes that are sold in fractions."""
        return {
            line.sku for document in self.documents for line in document.lines if line.qty != line.qty.to_integral()
        }

    def digest(self) -> str:
        """Return a fingerprint of everything that will be posted."""
        whole = hashlib.sha256()
        for document in self.documents:
            whole.update(document.digest().encode())
        return whole.hexdigest()

    def revenue_by_month(self, cutoff_hour: int = 0) -> dict[str, tuple[Decimal, Decimal]]:
        """Return year-month of the business day → (sales, returns); a sale before the cut-off counts for yesterday."""
        back = timedelta(hours=cutoff_hour)
        return revenue_by_month(((d.at - back).strftime("%Y-%m"), d.is_credit, d.total) for d in self.documents)


def make_plan(file: SalesFile, book: RuleBook, *, report: Callable[[int], None] = lambda done: None) -> Plan:
    """Read the whole file and return what is to be posted. `report` is told how many records are read."""
    judge = Judge(book, file.columns, len(file.header))
    plan = Plan(file)
    documents: dict[str, PlannedDocument] = {}
    for row in rows(file):
        plan.read += 1
        if plan.read % REPORT_EVERY == 0:
            report(plan.read)
        if row.fields is None:
            plan.rejects[row.line] = "unreadable"
            continue
        try:
            line = judge.line(row.fields)
        except Rejected as rejected:
            plan.rejects[row.line] = rejected.reason
            continue
        document = documents.get(line.invoice)
        if document is None:
            documents[line.invoice] = document = PlannedDocument(line.invoice, line.is_credit, line.at, "", [])
        document.at = min(document.at, line.at)
        document.customer = document.customer or line.customer
        document.lines.append(PlannedLine(line.sku, line.qty, line.price, row.line))
        _take_note(plan, row.fields, line.sku, line.price, line.customer)
    plan.documents = sorted(documents.values(), key=lambda document: (document.at, document.lines[0].line))
    plan.reject_documents({d.number: "document_too_large" for d in plan.documents if d.total >= MAX_TOTAL})
    return plan


def _take_note(plan: Plan, fields: list[str], sku: str, price: Decimal, customer: str) -> None:
    """Remember what this line says about its product and its customer."""
    seen = plan.goods.get(sku)
    if seen is None:
        seen = plan.goods[sku] = Seen()
    seen.prices[price] += 1
    columns = plan.file.columns
    if "name" in columns and (name := fields[columns["name"]].strip()):
        seen.names[name] += 1
    if customer and customer not in plan.people:
        plan.people[customer] = Person(
            *(fields[columns[name]].strip() if name in columns else "" for name in ("customer_name", "country"))
        )


def opening_stock(documents: Iterable[PlannedDocument], there: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Return code → how much must lie there before the first document, beyond what is `there` already.

    It is the least that keeps every balance at or above zero after each document:
    opening = max(0, −min over documents of Σ (returned − sold) − there).
    """
    balance: dict[str, Decimal] = {}
    lowest: dict[str, Decimal] = {}
    for document in documents:
        sign = 1 if document.is_credit else -1
        for line in document.lines:
            balance[line.sku] = balance.get(line.sku, ZERO) + sign * line.qty
        for line in document.lines:
            lowest[line.sku] = min(lowest.get(line.sku, ZERO), balance[line.sku])
    needed = {sku: -low - max(there.get(sku, ZERO), ZERO) for sku, low in lowest.items()}
    return {sku: qty for sku, qty in sorted(needed.items()) if qty > 0}


def line_total(qty: Decimal, price: Decimal) -> Decimal:
    """Return what a line costs, rounded half-up to the cent."""
    return round_half_up(qty * price, CENT)


def revenue_by_month(totals: Iterable[tuple[str, bool, Decimal]]) -> dict[str, tuple[Decimal, Decimal]]:
    """Add up (month, is a return, total) to month → (sales, returns), months in order."""
    months: dict[str, tuple[Decimal, Decimal]] = {}
    for month, is_return, total in totals:
        sales, returns = months.get(month, (ZERO, ZERO))
        months[month] = (sales, returns + total) if is_return else (sales + total, returns)
    return dict(sorted(months.items()))


def rejected_rows(plan: Plan) -> Iterator[tuple[int, str, list[str]]]:
    """Read the file again and yield (line, reason, original fields) of every rejected record, in order."""
    if not plan.rejects:
        return
    for row in rows(plan.file):
        if reason := plan.rejects.get(row.line):
            yield row.line, reason, row.fields or []
