"""Bring the database and the static files up to date, and fill the demo shop when it is empty.

Progress goes to the standard error; the standard output holds the demo shop's logins alone.
"""

import os
import sys
import zlib
from io import StringIO
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inventori.settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.management.base import OutputWrapper, SystemCheckError  # noqa: E402


def main() -> int:
    try:
        call_command("check", databases=["default"], stdout=StringIO())
    except SystemCheckError as refusal:
        print(refusal, file=sys.stderr)
        return 1
    call_command("migrate", verbosity=0, interactive=False)
    # Nobody works before the shop is open: whatever still counts as running was left behind by a killed worker.
    call_command("resume_jobs", workers_are_down=True, verbosity=0)
    collect_static()
    if settings.DEMO:
        fill_when_empty()
        call_command("demo_logins")
    return 0


def fill_when_empty() -> None:
    from master.models import Product

    if not Product.objects.exists():
        print("Filling the demo shop with 180 days of sales", file=sys.stderr)
        call_command("seed_demo", days=180, seed=1, stdout=OutputWrapper(sys.stderr))


def collect_static() -> None:
    """Collect, hash and compress the static files, unless nothing has changed since the last time."""
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    print_now = fingerprint()
    if not stamp.exists() or stamp.read_text() != print_now:
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        stamp.write_text(print_now)


def fingerprint() -> str:
    files = sorted(path for path in (ROOT / "static").rglob("*") if path.is_file())
    files += [ROOT / name for name in ("inventori/assets.py", "package-lock.json", "requirements/base.txt")]
    return str(zlib.crc32(b"".join(str(path).encode() + path.read_bytes() for path in files)))


if __name__ == "__main__":
    sys.exit(main())
