"""The index of the run in force, one in each process, built when its rules are first asked for."""

from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from .hint_index import HintIndex, RuleRow
from .models import AssociationRule, MiningRun

# A run is named by its number and its time: a number may come again where a database was put back.
RunName = tuple[int, datetime]
READ_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class _Held:
    run: RunName
    index: HintIndex


class _Store:
    def __init__(self) -> None:
        self._building = Lock()
        self._held: _Held | None = None

    def index(self) -> HintIndex | None:
        run = _run_in_force()
        held = self._held
        if run is None:
            self._held = None
            return None
        if held and held.run == run:
            return held.index
        # While one request reads the new rules the others do without: a hint is not worth a wait.
        if not self._building.acquire(blocking=False):
            return None
        try:
            held = _Held(run, HintIndex(_rules(run[0])))
            self._held = held
            return held.index
        finally:
            self._building.release()


def _run_in_force() -> RunName | None:
    """Return the run in force; one over categories names no goods to hint at."""
    rows = MiningRun.objects.filter(is_active=True, level=MiningRun.Level.PRODUCT)
    return rows.values_list("pk", "at").first()


def _rules(run_id: int) -> list[RuleRow]:
    """Read the rules worth a hint: what a more general rule says as well, or chance, is none."""
    rows = AssociationRule.objects.filter(run_id=run_id, is_redundant=False, may_be_chance=False).order_by()
    columns = rows.values_list("pk", "antecedent_ids", "consequent_ids", "lift")
    return [RuleRow(*row) for row in columns.iterator(chunk_size=READ_AT_ONCE)]


_store = _Store()


def index_in_force() -> HintIndex | None:
    """Return the index of the run in force; None where there is none, or while its rules are being read."""
    return _store.index()
