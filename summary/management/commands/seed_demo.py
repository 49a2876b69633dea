"""Fill an empty shop with the demo: `manage.py seed_demo --days 180 --seed 1`."""

import time
from argparse import ArgumentParser
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from inventori.dates import business_date
from master.models import Product
from sales.models import Sale
from summary.demo.buying import ZONE
from summary.demo.posting import demo_shop_write


class Command(BaseCommand):
    help = "Fill an empty shop with a demo pharmacy and minimarket: the same seed and end date, the same shop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=180, help="days of sales (default 180)")
        parser.add_argument("--seed", type=int, default=1, help="which shop to make (default 1)")
        parser.add_argument("--until", type=date.fromisoformat, help="last day, YYYY-MM-DD (default yesterday)")
        parser.add_argument(
            "--yes-demo-data", action="store_true", help="fill a shop that is not in demo mode; nobody can sign in"
        )

    def handle(self, *, days: int, seed: int, until: date | None, yes_demo_data: bool, **options: object) -> None:
        self._refuse(days, yes_demo_data)
        started = time.monotonic()
        last = until or business_date(datetime.now(UTC), ZONE) - timedelta(days=1)
        demo_shop_write(seed=seed, days=days, until=last, report=self._say)
        self._say(f"Demo shop ready in {time.monotonic() - started:.0f} s: {days} days until {last}, seed {seed}")

    def _refuse(self, days: int, yes_demo_data: bool) -> None:
        if not 1 <= days <= 1100:
            raise CommandError("--days must lie between 1 and 1100.")
        if not settings.DEMO and not yes_demo_data:
            raise CommandError(
                "This shop is not in demo mode, and demo data cannot be taken out again."
                " Add --yes-demo-data if it is a shop for trying out."
            )
        if Sale.objects.exists():
            raise CommandError("This shop already has sales. Demo data goes into an empty shop only.")
        if Product.objects.exists():
            raise CommandError("This shop already has products. Demo data goes into an empty shop only.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
