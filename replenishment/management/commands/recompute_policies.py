from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from inventory.demand_history import demand_forget
from inventory.models import Warehouse
from replenishment.services.policies import is_due, policies_compute, policies_compute_all, shop_today


class Command(BaseCommand):
    help = (
        "Compute the reorder policies from the sales, as the settings of replenishment say. What people typed stays."
        " For cron: --due computes only when a week or a month is over, as the settings say."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--warehouse", help="code of one warehouse (default: every active one)")
        parser.add_argument("--rebuild", action="store_true", help="read the whole ledger again, not the packed years")
        parser.add_argument("--due", action="store_true", help="only if the settings say that it is time")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["due"] and not is_due(shop_today()):
            if options["verbosity"] > 1:
                self.stdout.write("It is not time yet.")
            return
        if options["rebuild"]:
            demand_forget()
        if options["warehouse"]:
            counts = policies_compute(warehouse=self._warehouse(options["warehouse"]))
        else:
            counts = policies_compute_all()
        if options["verbosity"]:
            self._tell(Counter(counts))

    def _warehouse(self, code: str) -> Warehouse:
        found = Warehouse.objects.filter(code=code.upper(), is_active=True).first()
        if found is None:
            codes = ", ".join(Warehouse.objects.filter(is_active=True).values_list("code", flat=True))
            raise CommandError(f"There is no active warehouse {code}; there are: {codes or 'none'}.")
        return found

    def _tell(self, counts: Counter[str]) -> None:
        self.stdout.write(f"Policies computed: {counts.total():,}")
        for state, count in counts.most_common():
            self.stdout.write(f"  {state}: {count:,}")
