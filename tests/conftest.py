"""What every test has at hand."""

import pytest
from django.db import connection


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if connection.vendor == "mysql":
        return
    skip = pytest.mark.skip(reason="SQLite ignores row locks; ./run test runs this on MariaDB")
    for item in items:
        if "mariadb" in item.keywords:
            item.add_marker(skip)
