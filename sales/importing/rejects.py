"""The rejects file: every line that was left out, with its number, the reason and its original fields."""

import csv
from pathlib import Path

from django.utils.translation import gettext as _

from inventori.exports import defuse

from .plan import Plan, rejected_rows
from .summary import SENTENCES


def rejects_write(plan: Plan, path: Path) -> int:
    """Write the rejected lines of `plan` to `path` and return their number."""
    path.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    # The byte-order mark tells spreadsheets that this is UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([_("line"), _("reason"), _("explanation"), *map(defuse, plan.file.header)])
        for line, reason, fields in rejected_rows(plan):
            writer.writerow([line, reason, str(SENTENCES[reason]), *map(_harmless, fields)])
            count += 1
    return count


def _harmless(field: str) -> str:
    """Keep formulas from running in a spreadsheet; a negative number is none."""
    return field if field[:1] == "-" and field[1:].replace(".", "", 1).isdigit() else defuse(field)
