import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from inventori.clock import SECONDS_BETWEEN, Done, run_due


class Command(BaseCommand):
    help = "Do what is due by the clock: reorder alerts and their e-mail, policies to recompute. For cron."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--forever", action="store_true", help="stay, and look again every quarter of an hour")

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            done = run_due()
            if options["verbosity"]:
                self._tell(done)
            if not options["forever"]:
                break
            # The database may have been restarted by the next time.
            connection.close()
            time.sleep(SECONDS_BETWEEN)
        if any(step.failed for step in done):
            raise CommandError("A step failed; its reason stands above.")

    def _tell(self, done: list[Done]) -> None:
        for step in done:
            self.stdout.write(f"{step.name}: {'failed: ' if step.failed else ''}{step.said}")
