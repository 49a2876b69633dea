"""Bring the feasts of the coming years into the calendar."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from inventori.errors import DomainError
from replenishment.services.effects import effects_estimate
from replenishment.services.events import events_refresh


class Command(BaseCommand):
    help = "Bring the feasts of the given years (default: four past ones to two ahead) into the calendar."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("years", nargs="*", type=int)
        parser.add_argument("--estimate", action="store_true", help="then estimate their effects from the ledger")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = events_refresh(options["years"] or None)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{done.added} events added, {done.removed} taken out.")
        if options["estimate"]:
            found = effects_estimate()
            self.stdout.write(f"{found.effects} factors of {found.kinds} kinds of event estimated.")
