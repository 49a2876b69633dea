import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from inventori.errors import DomainError
from inventory.models import Warehouse
from sales.importing.console import ConsoleProgress, summary_lines
from sales.importing.options import ImportOptions
from sales.importing.reader import KNOWN_HEADINGS
from sales.importing.rejects import rejects_write
from sales.importing.rules import DATE_FORMATS
from sales.importing.run import import_sales


def pair(text: str) -> tuple[str, str]:
    name, sign, heading = text.partition("=")
    if not sign or not heading.strip():
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form name=heading")
    return name.strip(), heading.strip()


class Command(BaseCommand):
    help = (
        "Import past sales from a CSV or CSV.gz file. Run it again after an interruption and it goes on;"
        " run it again after its end and it adds nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        names = ", ".join(KNOWN_HEADINGS)
        parser.add_argument("file", help="CSV or CSV.gz with a heading, one sale line per line")
        parser.add_argument("--warehouse", help="code of the warehouse that sold (default: the only one)")
        parser.add_argument("--user", help="who is named as cashier (default: the first superuser)")
        parser.add_argument("--source", default="PAST", help="short name of where the numbers come from: %(default)s")
        parser.add_argument(
            "--map", dest="mapping", nargs="+", type=pair, default=[], metavar="NAME=HEADING", help=f"names: {names}"
        )
        parser.add_argument("--date-format", action="append", help="as strptime reads it; may be repeated")
        parser.add_argument("--decimal", choices=[".", ","], default=".", help="sign before decimals: %(default)s")
        parser.add_argument("--credit-prefix", default="C", help="beginning of credit notes' numbers: %(default)s")
        parser.add_argument("--not-goods", action="append", default=[], metavar="CODE", help="a code to keep out")
        parser.add_argument("--goods", action="append", default=[], metavar="CODE", help="a code to let in after all")
        parser.add_argument(
            "--cost-share", type=int, default=60, help="unit cost of new goods, %% of their usual price: %(default)s"
        )
        parser.add_argument("--currency", default="", help="refuse unless the shop counts in this currency")
        parser.add_argument(
            "--chunk", type=int, default=20_000, help="lines that are posted in one transaction: %(default)s"
        )
        parser.add_argument("--rejects", type=Path, help="where rejected lines go (default: FILE.rejects.csv)")
        parser.add_argument("--dry-run", action="store_true", help="read and judge everything, post nothing")

    def handle(self, *args: Any, **given: Any) -> None:
        rejects = given["rejects"] or Path(f"{given['file']}.rejects.csv")
        progress = ConsoleProgress()
        try:
            summary = import_sales(
                self._options(given),
                by=self._user(given["user"]),
                progress=progress,
                keep_plan=lambda plan: rejects_write(plan, rejects),
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("Stopped. What was posted stays; the same command goes on from there.") from None
        finally:
            progress.finish()
        self.stdout.write("\n".join(summary_lines(summary)))
        if summary.rejected_total:
            self.stdout.write(f"Rejected lines: {rejects}")

    def _options(self, given: dict[str, Any]) -> ImportOptions:
        return ImportOptions(
            path=given["file"],
            warehouse=self._warehouse(given["warehouse"]),
            source=given["source"].upper(),
            mapping=tuple(given["mapping"]),
            date_formats=tuple(given["date_format"] or DATE_FORMATS),
            decimal=given["decimal"],
            credit_prefix=given["credit_prefix"],
            not_goods=tuple(given["not_goods"]),
            goods=tuple(given["goods"]),
            cost_share=given["cost_share"],
            currency=given["currency"].upper(),
            chunk_lines=given["chunk"],
            dry_run=given["dry_run"],
        )

    def _warehouse(self, code: str | None) -> str:
        if code:
            return code.upper()
        codes = list(Warehouse.objects.filter(is_active=True).values_list("code", flat=True))
        if len(codes) != 1:
            raise CommandError(f"Say --warehouse CODE; there are: {', '.join(codes) or 'none'}.")
        return codes[0]

    def _user(self, username: str | None) -> User:
        people = User.objects.filter(is_active=True)
        found = people.filter(username=username) if username else people.filter(is_superuser=True).order_by("pk")
        user = found.first()
        if user is None:
            raise CommandError("There is no such user. Say --user USERNAME, or make one with createsuperuser.")
        return user
