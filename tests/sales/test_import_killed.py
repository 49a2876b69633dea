"""An import that is killed at any moment and started again ends as if nobody had killed it."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.sales.sales_files import dirty_rows, write_file

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("master_", "inventory_", "sales_")
SHOP = """
from accounts.models import User
from inventory.models import Warehouse
User.objects.create_superuser("boss", password="x")
Warehouse.objects.create(code="UK", name="UK")
"""


class Shop:
    """A shop with a database of its own, run as a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(self) -> "Shop":
        self.folder.mkdir()
        run_to_end(self.manage("migrate", "-v0"))
        run_to_end(self.manage("shell", "-v0", "-c", SHOP))
        return self

    def copy(self, folder: Path) -> "Shop":
        shutil.copytree(self.folder, folder)
        return Shop(folder)

    def manage(self, *arguments: str) -> subprocess.Popen:
        # SQLite whatever the suite runs on: the files of two shops can be compared row by row.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MYSQL_")}
        environment |= {"INVENTORI_DATA": str(self.folder), "INVENTORI_DEMO": "1"}
        environment["DJANGO_SETTINGS_MODULE"] = "inventori.settings"
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def start_import(self, file: Path) -> subprocess.Popen:
        rejects = str(self.folder / "rejects.csv")
        return self.manage("import_sales", str(file), "--chunk", "100", "--rejects", rejects)

    def rows(self) -> dict[str, list[tuple]]:
        """Return every row of every table that an import writes, ids included."""
        with sqlite3.connect(self.folder / "inventori.sqlite3") as database:
            names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            tables = sorted(name for name in names if name.startswith(ROOMS))
            return {name: database.execute(f"SELECT * FROM {name} ORDER BY id").fetchall() for name in tables}

    def documents(self) -> int:
        with sqlite3.connect(self.folder / "inventori.sqlite3", timeout=20) as database:
            counts = "SELECT (SELECT COUNT(*) FROM sales_sale) + (SELECT COUNT(*) FROM sales_salereturn)"
            return database.execute(counts).fetchone()[0]


def run_to_end(process: subprocess.Popen) -> None:
    _out, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors


def kill_once_posted(process: subprocess.Popen, shop: Shop, documents: int) -> None:
    """Kill the process without warning as soon as the shop holds so many documents."""
    while process.poll() is None and shop.documents() < documents:
        time.sleep(0.002)
    process.kill()
    process.communicate()


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return write_file(tmp_path_factory.mktemp("file") / "sales.csv.gz", dirty_rows(seed=11, invoices=900))


def test_an_import_killed_again_and_again_ends_like_an_undisturbed_one(tmp_path, file):
    calm = Shop(tmp_path / "calm").open()
    troubled = calm.copy(tmp_path / "troubled")
    run_to_end(calm.start_import(file))

    whole = calm.documents()
    posted = []
    for share in sorted(random.uniform(0.02, 0.7) for _ in range(4)):
        kill_once_posted(troubled.start_import(file), troubled, int(whole * share))
        posted.append(troubled.documents())
    run_to_end(troubled.start_import(file))

    assert all(0 < count < whole for count in posted), f"a kill missed the middle: {posted} of {whole}"
    theirs, ours = calm.rows(), troubled.rows()
    assert {name: len(rows) for name, rows in ours.items()} == {name: len(rows) for name, rows in theirs.items()}
    assert [name for name in theirs if theirs[name] != ours[name]] == []
