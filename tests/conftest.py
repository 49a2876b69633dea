"""What every test has at hand."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.db import connection
from django.utils import translation

# The same examples on every run: a failure is found again by running again.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.load_profile("repeatable")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        bring_migrated_rows_back(item)
        if "mariadb" in item.keywords and connection.vendor != "mysql":
            item.add_marker(pytest.mark.skip(reason="SQLite ignores row locks; ./run test runs this on MariaDB"))


def bring_migrated_rows_back(item: pytest.Item) -> None:
    """A test that really commits empties every table afterwards, the roles made by a migration too."""
    marker = item.get_closest_marker("django_db")
    by_fixture = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    if by_fixture or (marker and marker.kwargs.get("transaction")):
        whole = pytest.mark.django_db(transaction=True, serialized_rollback=True)
        item.add_marker(whole, append=False)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Sentences are checked in English; a request of the test before must not decide that."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def own_data_folder(settings: Any, tmp_path: Path) -> None:
    """Files live as long as the rows they belong to: for one test."""
    settings.DATA_DIR = tmp_path / "data"
    settings.MEDIA_ROOT = settings.DATA_DIR / "media"
    settings.DATA_DIR.mkdir()
