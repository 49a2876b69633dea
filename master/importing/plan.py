"""What an import would do: a plan of changes and a list of errors, each named by row and column."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from inventori.numbers import Notation
from inventori.posting import fingerprint

from .cells import CellError, Column
from .reading import Formula, Table, column_letter, normal

NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"


@dataclass(frozen=True)
class Options:
    """How a file is to be read: who asks, how its numbers are written, whether to make missing categories."""

    by: User
    notation: Notation
    create_missing: bool = False


@dataclass(frozen=True)
class CellFault:
    """One error: where it is, what stands there, and a sentence that says what to do."""

    row: int
    column: str
    value: str
    sentence: str


@dataclass
class RowChange:
    """What one row would do. values: field → (old, new), only what differs."""

    row: int
    key: str
    kind: str
    values: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    record: Any = None


@dataclass
class Plan:
    changes: list[RowChange] = field(default_factory=list)
    faults: list[CellFault] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def count(self, kind: str) -> int:
        return sum(1 for change in self.changes if change.kind == kind)

    def digest(self) -> str:
        """Return what tells this plan from another: the same rows doing the same."""
        return fingerprint([(change.row, change.kind, sorted(_plain(change.values))) for change in self.changes])


def _plain(values: dict[str, tuple[Any, Any]]) -> list[list[str]]:
    return [[name, str(old), str(new)] for name, (old, new) in values.items()]


@dataclass
class ReadRow:
    """One row of the file after its cells were read; a name is missing in `values` where the cell is empty."""

    number: int
    values: dict[str, Any]


class Importer(ABC):
    """One kind of list. Subclasses say its columns, compare rows with what is stored, and store them."""

    name: str
    label: StrOrPromise
    hint: StrOrPromise
    columns: Sequence[Column]
    example: dict[str, str]
    key: tuple[str, ...]

    def columns_for(self, by: User) -> list[Column]:
        """Return the columns that this person may bring in: nobody writes a cost unseen."""
        return [column for column in self.columns if not column.right or by.can(column.right)]

    def plan(self, table: Table, options: Options) -> Plan:
        """Say what `table` would change, without changing anything."""
        plan = Plan()
        if table.comments:
            plan.warnings.append(_("Rows that begin with # are left out: %(count)s.") % {"count": table.comments})
        rows = self.read_rows(table, options, plan)
        if rows is not None:
            self.compare(rows, options, plan)
        plan.faults.sort(key=lambda fault: (fault.row, fault.column))
        return plan

    @abstractmethod
    def compare(self, rows: list[ReadRow], options: Options, plan: Plan) -> None:
        """Add to `plan` what each row would do."""

    @abstractmethod
    def apply(self, plan: Plan, *, options: Options, key: str) -> None:
        """Store the changes of `plan`, inside the caller's transaction."""

    def read_rows(self, table: Table, options: Options, plan: Plan) -> list[ReadRow] | None:
        """Read every cell; None when a column is missing without which nothing can be said."""
        places = self._places(table, options, plan)
        missing = [name for name in self.key if name not in places]
        for name in missing:
            sentence = _("The column “%(column)s” is missing. Add it, or start from the template.")
            plan.faults.append(CellFault(table.heading_row, name, "", sentence % {"column": name}))
        if missing:
            return None
        context = self.prepare(options)
        columns = [(column, places[column.name]) for column in self.columns_for(options.by) if column.name in places]
        rows = [self._read_row(number, cells, columns, context, options, plan) for number, cells in table.rows]
        return self._without_twins([row for row in rows if row is not None], places, plan)

    def prepare(self, options: Options) -> dict[str, Any]:
        """Return what the cells' readers need, looked up once: the categories, the suppliers …"""
        return {}

    def _places(self, table: Table, options: Options, plan: Plan) -> dict[str, int]:
        """Find each column in the heading; warn about those that nobody knows."""
        aliases = {alias: column.name for column in self.columns_for(options.by) for alias in column.aliases()}
        places: dict[str, int] = {}
        unknown: list[str] = []
        for index, heading in enumerate(table.heading):
            name = aliases.get(normal(heading))
            if name is None:
                self._note_unknown(table, index, heading, unknown)
            elif name in places:
                plan.faults.append(
                    CellFault(table.heading_row, heading, heading, _("This column stands in the file twice."))
                )
            else:
                places[name] = index
        if unknown:
            plan.warnings.append(
                _("These columns are not known and left out: %(names)s.") % {"names": ", ".join(unknown)}
            )
        return places

    def _note_unknown(self, table: Table, index: int, heading: str, unknown: list[str]) -> None:
        if heading:
            unknown.append(heading)
        elif any(len(cells) > index and cells[index] not in (None, "") for _number, cells in table.rows):
            unknown.append(_("column %(letter)s (without a name)") % {"letter": column_letter(index)})

    def _read_row(
        self,
        number: int,
        cells: list[Any],
        columns: list[tuple[Column, int]],
        context: dict[str, Any],
        options: Options,
        plan: Plan,
    ) -> ReadRow | None:
        values: dict[str, Any] = {}
        is_good = True
        for column, index in columns:
            cell = cells[index] if index < len(cells) else None
            try:
                value = column.read(cell, options.notation, context)
            except CellError as error:
                shown = cell.text if isinstance(cell, Formula) else str(cell)
                plan.faults.append(CellFault(number, column.name, shown, str(error)))
                is_good = False
                continue
            if value is not None:
                values[column.name] = value
        for name in self.key:
            if name not in values and is_good:
                plan.faults.append(CellFault(number, name, "", _("This cell must not be empty.")))
                is_good = False
        return ReadRow(number, values) if is_good else None

    def _without_twins(self, rows: list[ReadRow], places: dict[str, int], plan: Plan) -> list[ReadRow]:
        first: dict[tuple[Any, ...], int] = {}
        kept = []
        for row in rows:
            key = tuple(row.values[name] for name in self.key)
            if key in first:
                sentence = _("%(key)s stands in row %(first)s and in row %(second)s. Keep one of them.")
                values = {"key": " · ".join(map(str, key)), "first": first[key], "second": row.number}
                plan.faults.append(CellFault(row.number, self.key[0], str(key[0]), sentence % values))
            else:
                first[key] = row.number
                kept.append(row)
        return kept
