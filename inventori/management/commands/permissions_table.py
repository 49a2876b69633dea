from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from inventori.permissions import RIGHTS, ROLE_LABELS
from inventori.url_table import addresses

HEAD = """# Who may do what

Made by `./run manage permissions_table > docs/permissions.md`; a test fails when it is out of date.
The table stands in `inventori/permissions.py`.

"""


class Command(BaseCommand):
    help = "Print docs/permissions.md: rights by role, and every address with its rights."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(permissions_page(), ending="")


def permissions_page() -> str:
    """Return the whole page as Markdown."""
    roles = list(ROLE_LABELS)
    with translation.override("en"):
        rights = [
            [str(right.label), f"`{name}`", *("✓" if role in right.roles else "" for role in roles)]
            for name, right in RIGHTS.items()
        ]
        urls = [
            [
                f"`{a.path}`",
                ", ".join(f"`{name}`" for name in a.rights),
                *("✓" if role in a.roles else "" for role in roles),
                "✓" if a.rights == ("public",) else "",
            ]
            for a in addresses()
        ]
    return (
        HEAD
        + "## Rights\n\n"
        + _table(["Right", "Name", *roles], rights)
        + "\n## Addresses\n\nAny one of the named rights opens the page; `signed_in` is everybody with an account.\n\n"
        + _table(["Address", "Rights", *roles, "Anybody"], urls)
    )


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
