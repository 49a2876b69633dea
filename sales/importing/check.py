"""Whether an import makes sense, and what it comes to when the shop's own documents are taken into account."""

from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventori.errors import InvalidInput
from inventory.models import Warehouse
from master.selectors import shop_profile
from sales.models import Sale, SaleReturn

from .catalogue import whole_unit_fractions
from .options import MAX_SOURCE, ImportOptions
from .plan import Plan, make_plan
from .progress import READING, Progress
from .reader import BadFile, SalesFile, inspect
from .rules import Rejected, code


def selling_warehouse(options: ImportOptions) -> Warehouse:
    """Return the warehouse that sold. Raises InvalidInput when an option makes no sense."""
    try:
        is_code = code(options.source, MAX_SOURCE, "no", "bad") == options.source and ":" not in options.source
    except Rejected:
        is_code = False
    if not is_code:
        raise InvalidInput(
            _("A source is a short name in capitals, up to %(most)s letters and digits.") % {"most": MAX_SOURCE},
            field="source",
        )
    if options.currency and options.currency != shop_profile().currency:
        raise InvalidInput(
            _("The file counts in %(theirs)s, the shop in %(ours)s. Change the shop profile first.")
            % {"theirs": options.currency, "ours": shop_profile().currency},
            field="currency",
        )
    warehouse = Warehouse.objects.filter(code=options.warehouse, is_active=True).first()
    if warehouse is None:
        raise InvalidInput(_("There is no active warehouse %(code)s.") % {"code": options.warehouse}, field="warehouse")
    return warehouse


def planned(options: ImportOptions, warehouse: Warehouse, progress: Progress) -> tuple[Plan, set[str]]:
    """Read the file, judge it against what the shop has, and return the plan and the numbers already posted."""
    file = sales_file(options)
    now = timezone.now().astimezone(ZoneInfo(warehouse.time_zone)).replace(tzinfo=None)
    plan = make_plan(file, options.book(now), report=lambda done: progress(READING, done, file.lines))
    progress(READING, file.lines, file.lines)
    plan.reject_lines(whole_unit_fractions(plan))
    there, changed = _compare(plan, options)
    plan.reject_documents(changed)
    return plan, there


def sales_file(options: ImportOptions) -> SalesFile:
    """Look the file through. Raises InvalidInput with a whole sentence."""
    sentences = {
        "empty": _("The file is empty."),
        "broken": _("The file breaks off near line %(line)s. Copy it again."),
        "columns_missing": _("The file has no column for %(names)s. It has: %(header)s. Say which is which."),
        "no_column": _("The file has no column “%(name)s”. It has: %(header)s."),
        "unknown_name": _("“%(name)s” is none of our columns: %(known)s."),
    }
    try:
        return inspect(Path(options.path), dict(options.mapping))
    except FileNotFoundError:
        raise InvalidInput(_("There is no file %(path)s.") % {"path": options.path}, field="file") from None
    except BadFile as bad:
        raise InvalidInput(sentences[bad.code] % bad.data, code=bad.code, field="file") from bad


def _compare(plan: Plan, options: ImportOptions) -> tuple[set[str], dict[str, str]]:
    """Return the numbers that are posted already, and those that something else stands under."""
    kinds = (
        (False, Sale.objects.values_list("invoice_number", "key", "pay_fingerprint")),
        (True, SaleReturn.objects.values_list("return_number", "key", "key_fingerprint")),
    )
    there: set[str] = set()
    refused: dict[str, str] = {}
    for is_credit, rows in kinds:
        documents = {d.number: d for d in plan.documents if d.is_credit == is_credit}
        for number, key, fingerprint in rows.iterator(chunk_size=5_000):
            document = documents.get((number or "").upper())
            if document is None:
                continue
            if key != document_key(options, document.number):
                refused[document.number] = "number_taken"
            elif fingerprint != document.digest():
                refused[document.number] = "changed"
            else:
                there.add(document.number)
    return there, refused


def document_key(options: ImportOptions, number: str) -> str:
    return f"import:{options.source}:{number}"
