"""Products, suppliers and customers: inserted or updated by their code."""

from collections.abc import Iterable, Sequence
from typing import Any

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Field, Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from inventori.fields import SearchTextField
from master.models import Customer, Supplier

from . import cells
from .cells import Column
from .plan import CHANGED, NEW, UNCHANGED, CellFault, Importer, Options, Plan, ReadRow, RowChange

CHUNK = 500


class RecordImporter(Importer):
    """Insert or update `model` by the field `key`; an empty cell leaves what is stored, or the default of a new one."""

    model: type[Model]
    needed_when_new: tuple[str, ...] = ("name",)

    @property
    def code_field(self) -> str:
        return self.key[0]

    def compare(self, rows: list[ReadRow], options: Options, plan: Plan) -> None:
        stored = self.stored([row.values[self.code_field] for row in rows])
        lacking: dict[str, list[int]] = {}
        for row in rows:
            code = row.values[self.code_field]
            record = stored.get(code)
            if record is None:
                missing = [name for name in self.needed_when_new if name not in row.values]
                for name in missing:
                    lacking.setdefault(name, []).append(row.number)
                plan.changes.append(self._new(row, code))
            else:
                plan.changes.append(self._update(row, code, record))
        self._name_lacking(lacking, rows, plan)

    def _new(self, row: ReadRow, code: str) -> RowChange:
        return RowChange(row.number, code, NEW, {name: (None, value) for name, value in row.values.items()})

    def _update(self, row: ReadRow, code: str, record: Any) -> RowChange:
        differs = {
            name: (getattr(record, name), value)
            for name, value in row.values.items()
            if not same(getattr(record, name), value)
        }
        return RowChange(row.number, code, CHANGED if differs else UNCHANGED, differs, record)

    def _name_lacking(self, lacking: dict[str, list[int]], rows: list[ReadRow], plan: Plan) -> None:
        """One sentence for a column that is missing, one for each cell that is empty."""
        for name, numbers in lacking.items():
            if any(name in row.values for row in rows):
                sentence = _("A new record needs this. Fill the cell in.")
                plan.faults.extend(CellFault(number, name, "", sentence) for number in numbers)
            else:
                sentence = _("New records need the column “%(column)s” (%(count)s rows, the first is row %(row)s).")
                values = {"column": name, "count": len(numbers), "row": numbers[0]}
                plan.faults.append(CellFault(numbers[0], name, "", sentence % values))

    def stored(self, codes: Sequence[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for start in range(0, len(codes), CHUNK):
            part = self.rows().filter(**{f"{self.code_field}__in": codes[start : start + CHUNK]})
            found |= {getattr(record, self.code_field): record for record in part}
        return found

    def rows(self) -> Any:
        return self.model._default_manager.all()

    def apply(self, plan: Plan, *, options: Options, key: str) -> None:
        fresh = [change for change in plan.changes if change.kind == NEW]
        changed = [change for change in plan.changes if change.kind == CHANGED]
        self._change(changed)
        self._insert(fresh)
        log_changes(self.model, [*fresh, *changed], options.by)

    def _insert(self, changes: list[RowChange]) -> None:
        for change in changes:
            change.record = self.model(**{name: new for name, (_old, new) in change.values.items()})
        self.model._default_manager.bulk_create([change.record for change in changes], batch_size=CHUNK)
        if any(change.record.pk is None for change in changes):
            # MySQL does not hand back the ids of many inserted rows.
            known = self.stored([change.key for change in changes])
            for change in changes:
                change.record.pk = known[change.key].pk

    def _change(self, changes: list[RowChange]) -> None:
        names = sorted({name for change in changes for name in change.values})
        for change in changes:
            for name, (_old, new) in change.values.items():
                setattr(change.record, name, new)
        for field in self.model._meta.fields:
            # A bulk update asks no field what it would write.
            if isinstance(field, SearchTextField) and not set(field.sources).isdisjoint(names):
                for change in changes:
                    field.pre_save(change.record, add=False)
                names.append(field.name)
        if names:
            self.model._default_manager.bulk_update([change.record for change in changes], names, batch_size=CHUNK)


def same(old: Any, new: Any) -> bool:
    return (old or "") == (new or "") if isinstance(old, str) or isinstance(new, str) else bool(old == new)


def log_changes(model: type[Model], changes: Iterable[RowChange], by: User) -> None:
    """Write into the audit trail what a bulk import did: no signal runs for it."""
    content_type = ContentType.objects.get_for_model(model)
    LogEntry.objects.bulk_create(
        [
            LogEntry(
                content_type=content_type,
                object_pk=str(change.record.pk),
                object_id=change.record.pk,
                object_repr=str(change.record),
                action=LogEntry.Action.CREATE if change.kind == NEW else LogEntry.Action.UPDATE,
                changes={name: [str(old), str(new)] for name, (old, new) in change.values.items()},
                actor=by,
            )
            for change in changes
        ],
        batch_size=CHUNK,
    )


def field_of(model: type[Model], name: str) -> Field[Any, Any]:
    return model._meta.get_field(name)  # type: ignore[return-value]


def column(model: type[Model], name: str, reader: cells.Reader, **more: Any) -> Column:
    return Column(name, reader, field_of(model, name), **more)


class SupplierImporter(RecordImporter):
    name = "suppliers"
    label = gettext_lazy("Suppliers")
    hint = gettext_lazy("Inserted or updated by code.")
    model = Supplier
    key = ("code",)
    columns = (
        column(Supplier, "code", cells.code),
        *(column(Supplier, name, cells.text) for name in ("name", "contact", "phone", "email", "address", "city")),
        column(Supplier, "lead_time_days", cells.whole_number, kind="qty"),
        column(Supplier, "min_order_value", cells.number, kind="money"),
        column(Supplier, "is_active", cells.yes_or_no, kind="badge"),
    )
    example = {"code": "SUP001", "name": "PT Sumber Sehat", "phone": "021 555 0101", "lead_time_days": "3"}


class CustomerImporter(RecordImporter):
    name = "customers"
    label = gettext_lazy("Customers")
    hint = gettext_lazy("Inserted or updated by code.")
    model = Customer
    key = ("code",)
    columns = (
        column(Customer, "code", cells.code),
        *(column(Customer, name, cells.text) for name in ("name", "phone", "email", "address")),
        column(Customer, "is_active", cells.yes_or_no, kind="badge"),
    )
    example = {"code": "CUS001", "name": "Ibu Sari", "phone": "0812 555 0101"}
