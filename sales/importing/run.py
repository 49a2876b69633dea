"""The import itself: read and plan everything, then post it in chunks that each commit as a whole.

Killed at any moment and run again, it ends in the same state: every document carries a key made of source
and number, the opening stock a key made of the whole plan, and what is there already is left out.
"""

import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventori.dates import local_instant
from inventori.errors import DomainError
from inventori.money import ZERO
from inventory.ledger import Line
from inventory.models import AdjustReason, Stock, StockAdjustment, StockMove, Warehouse
from inventory.services import adjustment_post
from master.models import PaymentKind, Product
from master.selectors import shop_profile
from sales.models import Sale, SaleReturn
from sales.services.past import Past, PastLine, PastReturn, PastSale, past_documents_post

from .catalogue import customers_create, products_create
from .check import document_key, planned, selling_warehouse
from .options import ImportOptions
from .plan import Plan, PlannedDocument, opening_stock, revenue_by_month
from .progress import POSTING, Progress, silent
from .summary import Summary, count_reasons, months_of


def import_sales(
    options: ImportOptions, *, by: User, progress: Progress = silent, keep_plan: Callable[[Plan], object] | None = None
) -> Summary:
    """Import the sales of a file, or only say what would happen when `options.dry_run`.

    keep_plan: is given the plan before anything is posted, to write the rejected lines somewhere.
    Raises InvalidInput for a file or an option that makes no sense, InsufficientStock when somebody sold
    the goods meanwhile. What was posted before stays; the same call again goes on from there.
    """
    started = time.monotonic()
    warehouse = selling_warehouse(options)
    plan, there = planned(options, warehouse, progress)
    if keep_plan:
        keep_plan(plan)
    summary = Summary(
        dry_run=options.dry_run,
        read=plan.read,
        accepted=plan.accepted,
        rejected=count_reasons(plan.rejects),
        months=months_of(plan.revenue_by_month(shop_profile().cutoff_hour)),
        there=len(there),
        encoding="UTF-8" if plan.file.encoding == "utf-8-sig" else "Latin-1",
    )
    if summary.accepted + summary.rejected_total != summary.read:
        raise DomainError(_("The import has lost count of its lines and stops before it posts any."), code="miscount")
    if not options.dry_run:
        _post(plan, there, options, warehouse, by, progress, summary)
    summary.seconds = round(time.monotonic() - started, 2)
    summary.peak_mb = peak_megabytes()
    return summary


def peak_megabytes() -> int:
    """Return the most memory that this process has ever held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1024 * 1024 if sys.platform == "darwin" else 1024)


def _post(
    plan: Plan,
    there: set[str],
    options: ImportOptions,
    warehouse: Warehouse,
    by: User,
    progress: Progress,
    summary: Summary,
) -> None:
    """Write everything: catalogue, opening stock, documents; count it in `summary`."""
    products, summary.products = products_create(plan, options)
    customers, summary.customers = customers_create(plan)
    fresh = [document for document in plan.documents if document.number not in there]
    if fresh:
        opening = _post_opening(plan, fresh, options, warehouse, by, products)
        summary.opening_products = len(opening)
    ids = {sku: product.pk for sku, product in products.items()}
    done = plan.accepted - sum(len(d.lines) for d in fresh)
    progress(POSTING, done, plan.accepted)
    for chunk in _chunks(fresh, options.chunk_lines):
        _post_chunk(warehouse, [past_of(document, options, warehouse, by, ids, customers) for document in chunk])
        summary.returns += sum(document.is_credit for document in chunk)
        summary.sales += sum(not document.is_credit for document in chunk)
        lines = sum(len(document.lines) for document in chunk)
        summary.lines += lines
        done += lines
        progress(POSTING, done, plan.accepted)
    posted = posted_revenue(plan, options)
    if _sums(posted) != _sums(plan.revenue_by_month()):
        raise DomainError(_("The revenue that was posted differs from the revenue of the file."), code="miscount")
    summary.months = months_of(posted)


def _sums(months: dict[str, tuple[Decimal, Decimal]]) -> tuple[Decimal, Decimal]:
    return sum((sales for sales, _r in months.values()), ZERO), sum((returns for _s, returns in months.values()), ZERO)


def _post_opening(
    plan: Plan,
    fresh: Sequence[PlannedDocument],
    options: ImportOptions,
    warehouse: Warehouse,
    by: User,
    products: dict[str, Product],
) -> dict[str, Decimal]:
    """Post the opening stock in one adjustment, one move per product, before the first sale.

    Its key is made of the whole plan, so a run that goes on after a kill finds it and leaves it alone
    instead of computing it again from half-imported stock.
    """
    key = f"import:opening:{plan.digest()[:40]}"
    if StockAdjustment.objects.filter(key=key).exists():
        return {}
    first = local_instant(fresh[0].at.date(), fresh[0].at.time(), warehouse.time_zone)
    opening = opening_stock(fresh, _usable(products, warehouse, first))
    if opening:
        lines = [Line(products[sku].pk, qty, _unit_cost(products[sku], options)) for sku, qty in opening.items()]
        adjustment_post(
            warehouse=warehouse,
            reason=AdjustReason.OPENING,
            lines=lines,
            key=key,
            by=by,
            note=f"{AdjustReason.OPENING.label} ({options.source})",
            at=first - timedelta(seconds=1),
        )
    return opening


def _unit_cost(product: Product, options: ImportOptions) -> Decimal:
    return product.cost or options.cost_of(product.price)


def _usable(products: dict[str, Product], warehouse: Warehouse, first: datetime) -> dict[str, Decimal]:
    """Return what lay there when the first sale happened and lies there still.

    Goods that came in later, such as today's counted stock, are not for the past to sell.
    """
    before = {
        row["product"]: row["came"] - row["went"]
        for row in StockMove.objects.filter(warehouse=warehouse, moved_at__lt=first)
        .values("product")
        .annotate(came=Sum("qty_in"), went=Sum("qty_out"))
        .order_by()
    }
    now = dict(Stock.objects.filter(warehouse=warehouse).values_list("product", "qty"))
    return {sku: min(before.get(product.pk, ZERO), now.get(product.pk, ZERO)) for sku, product in products.items()}


def _chunks(documents: Sequence[PlannedDocument], most: int) -> Iterator[list[PlannedDocument]]:
    chunk: list[PlannedDocument] = []
    lines = 0
    for document in documents:
        chunk.append(document)
        lines += len(document.lines)
        if lines >= most:
            yield chunk
            chunk, lines = [], 0
    if chunk:
        yield chunk


def _post_chunk(warehouse: Warehouse, documents: Sequence[Past]) -> None:
    try:
        past_documents_post(warehouse=warehouse, documents=documents)
    except IntegrityError:
        # Somebody else imported the same documents at the same time; now they are known and left out.
        past_documents_post(warehouse=warehouse, documents=documents)


def past_of(
    document: PlannedDocument,
    options: ImportOptions,
    warehouse: Warehouse,
    by: User,
    products: dict[str, int],
    customers: dict[str, int],
) -> Past:
    """Return a planned document as the bulk path takes it; products and customers are ids by code."""
    kind = PastReturn if document.is_credit else PastSale
    return kind(
        key=document_key(options, document.number),
        number=document.number,
        at=local_instant(document.at.date(), document.at.time(), warehouse.time_zone),
        lines=[PastLine(products[line.sku], line.qty, line.price) for line in document.lines],
        by=by,
        customer_id=customers.get(document.customer),
        method=PaymentKind.OTHER,
        fingerprint=document.digest(),
    )


def posted_revenue(plan: Plan, options: ImportOptions) -> dict[str, tuple[Decimal, Decimal]]:
    """Add up what the database holds of the plan's documents, by month of business day."""
    prefix = document_key(options, "")
    numbers = {document.number for document in plan.documents}
    sales = Sale.objects.filter(key__startswith=prefix).values_list("invoice_number", "business_date", "total_amount")
    returns = SaleReturn.objects.filter(key__startswith=prefix).values_list(
        "return_number", "business_date", "total_amount"
    )
    totals = [
        (day.strftime("%Y-%m"), is_return, total)
        for is_return, rows in ((False, sales), (True, returns))
        for number, day, total in rows.iterator(chunk_size=5_000)
        if number in numbers and day
    ]
    return revenue_by_month(totals)
