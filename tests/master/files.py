"""Files as people upload them."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from openpyxl import Workbook

from accounts.models import User
from master.importing import services
from master.importing.plan import Plan
from master.importing.uploads import Upload


def csv_of(*lines: str, encoding: str = "utf-8") -> bytes:
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def xlsx_of(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def rewritten(book: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return the workbook with one of its parts changed."""
    out = BytesIO()
    with ZipFile(BytesIO(book)) as old, ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return out.getvalue()


def check(content: bytes, by: User, kind: str = "products", **more: Any) -> tuple[Upload, Plan]:
    given = {"file_name": "list.csv", "notation": "en", "create_missing": False, **more}
    return services.import_upload(content=content, kind=kind, by=by, **given)


def faults(plan: Plan) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.sentence) for fault in plan.faults]
