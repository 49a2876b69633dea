from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from inventori.errors import DomainError
from mining.services.again import is_due, mine_again


class Command(BaseCommand):
    help = (
        "Look again for what sells together: over the last three months, with what the last good run was asked for."
        " The worker does it. For cron: --due starts one only when the last is about a week old."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--due", action="store_true", help="only if the last run is about a week old")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["due"] and not is_due():
            if options["verbosity"] > 1:
                self.stdout.write("It is not time yet.")
            return
        try:
            run = mine_again()
        except DomainError as error:
            raise CommandError(str(error)) from error
        if options["verbosity"]:
            self.stdout.write(f"Run {run} from {run.date_from} to {run.date_to} is handed to the worker.")
