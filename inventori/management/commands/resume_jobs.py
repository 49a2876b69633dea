from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from inventori.jobs import jobs_resume_interrupted


class Command(BaseCommand):
    help = "Hand long work that a killed worker left behind to the worker again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workers-are-down", action="store_true", help="every running job was left behind")

    def handle(self, *args: Any, **options: Any) -> None:
        count = jobs_resume_interrupted(workers_are_down=options["workers_are_down"])
        if options["verbosity"] and count:
            self.stdout.write(f"{count} interrupted jobs go on.")
