"""Print the demo shop's logins: `manage.py demo_logins`."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.demo import DEMO_LOGINS


class Command(BaseCommand):
    help = "Print the five logins of the demo shop."

    def handle(self, **options: object) -> None:
        if not settings.DEMO:
            raise CommandError("This shop is not in demo mode: it has no demo logins.")
        self.stdout.write(_row("Role", "User name", "Password", "PIN"))
        for login in DEMO_LOGINS:
            self.stdout.write(_row(login.role, login.username, login.password, login.pin))


def _row(role: str, username: str, password: str, pin: str) -> str:
    return f"  {role:<10} {username:<10} {password:<15} {pin}".rstrip()
