"""`./run test`: every check of the project, one after the other, and an honest closing line."""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.browser.chromium import find_chromium
from tests.mariadb import missing_programs

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

PROCESSES = str(min(4, os.cpu_count() or 1))
# Thousands of steps through lines that other tests cover too: counting them would take three times as long.
MACHINE = "tests/machine"
APPS = ["inventori", "accounts", "master", "inventory", "sales", "purchases", "replenishment", "mining", "summary"]


def nothing_missing() -> str:
    return ""


def mariadb_missing() -> str:
    if programs := missing_programs():
        return f"MariaDB is not installed here ({', '.join(programs)} not found)"
    if subprocess.run([sys.executable, "-c", "import MySQLdb"], capture_output=True, check=False).returncode:
        return "mysqlclient is not installed here; it needs a compiler and libmariadb-dev"
    return ""


def browser_missing() -> str:
    return "" if find_chromium() else "Chromium is not installed here"


@dataclass(frozen=True)
class Check:
    """One command that must succeed, and what keeps it from running here, if anything."""

    name: str
    command: list[str]
    reason_to_leave_out: Callable[[], str] = nothing_missing
    environment: dict[str, str] = field(default_factory=dict)


def tool(name: str, *arguments: str) -> list[str]:
    return [str(BIN / name), *arguments]


def manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def pytest(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pytest", "-q", "--tb=short", "-n", PROCESSES, *arguments]


def checks(scratch: str) -> list[Check]:
    production = {"DJANGO_SECRET_KEY": secrets.token_urlsafe(50), "INVENTORI_DATA": scratch, "INVENTORI_DEMO": "0"}
    coverage = ["--cov", "--cov-report=term:skip-covered"]
    return [
        Check("ruff check", tool("ruff", "check", "--quiet")),
        Check("ruff format", tool("ruff", "format", "--check", "--quiet")),
        Check("djlint", tool("djlint", "templates", "--lint", "--quiet")),
        Check("import order of the apps", tool("lint-imports", "--no-cache", "--no-logo")),
        Check("mypy", tool("mypy", *APPS, "tools", "benchmarks")),
        Check("migrations complete", manage("makemigrations", "--check", "--dry-run"), environment=production),
        Check("check --deploy", manage("check", "--deploy", "--fail-level", "WARNING"), environment=production),
        Check(
            "docker-compose.yml",
            tool("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"),
        ),
        Check("Dockerfile", tool("hadolint", "Dockerfile")),
        Check("tests on SQLite", pytest(*coverage, f"--ignore={MACHINE}"), environment={"MYSQL_HOST": ""}),
        Check("stock machine on SQLite", pytest(MACHINE), environment={"MYSQL_HOST": ""}),
        Check("tests on MariaDB", [sys.executable, "-m", "tests.mariadb", "--", *pytest()], mariadb_missing),
        Check(
            "tests in a browser",
            pytest("-m", "browser"),
            browser_missing,
            environment={"MYSQL_HOST": ""},
        ),
    ]


def run(check: Check) -> bool:
    print(f"\n── {check.name} " + "─" * max(0, 60 - len(check.name)), flush=True)
    started = time.monotonic()
    done = subprocess.run(check.command, cwd=ROOT, env=os.environ | check.environment, check=False)
    passed = done.returncode == 0
    print(f"{'passed' if passed else 'FAILED'} in {time.monotonic() - started:.0f} s", flush=True)
    return passed


def main() -> int:
    failed, left_out = [], []
    started = time.monotonic()
    scratch = tempfile.mkdtemp(prefix="inventori-check-")
    try:
        every = checks(scratch)
        for check in every:
            if reason := check.reason_to_leave_out():
                left_out.append(f"{check.name}: {reason}")
            elif not run(check):
                failed.append(check.name)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return summarise(len(every), failed, left_out, time.monotonic() - started)


def summarise(total: int, failed: list[str], left_out: list[str], seconds: float) -> int:
    """Print the closing lines and return the exit code; in CI a part that was left out is a failure too."""
    strict = bool(os.environ.get("CI")) and os.environ["CI"].lower() not in ("false", "0")
    passed = total - len(failed) - len(left_out)
    print()
    for line in left_out:
        print(f"Left out: {line}.")
    for name in failed:
        print(f"Failed: {name}.")
    if strict and left_out:
        print("CI is set, so a part that was left out counts as a failure.")
    print(f"{passed} of {total} checks passed, {len(failed)} failed, {len(left_out)} left out, in {seconds:.0f} s.")
    return 1 if failed or (strict and left_out) else 0


if __name__ == "__main__":
    sys.exit(main())
