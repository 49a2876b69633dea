import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from inventory.models import StockMove
from summary.verify import differences


class Command(BaseCommand):
    help = "Prove that stock, moves, documents and money agree. Names each difference; repairs nothing."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--most", type=int, default=100, help="print at most this many differences (default 100)")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        count = 0
        for count, difference in enumerate(differences(), start=1):
            if count <= options["most"]:
                self.stdout.write(str(difference))
        moves = StockMove.objects.count()
        verdict = f"{count:,} differences in {moves:,} moves ({time.monotonic() - started:.1f} s)"
        if count:
            raise CommandError(verdict)
        self.stdout.write(self.style.SUCCESS(verdict))
