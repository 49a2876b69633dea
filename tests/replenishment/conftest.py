"""The shop that policies are computed for."""

from decimal import Decimal

import pytest

from accounts.models import User
from inventory.models import Warehouse
from replenishment.models import ReplenishmentSettings
from replenishment.selectors import replenishment_settings
from tests.factories import UserFactory, WarehouseFactory


@pytest.fixture
def by() -> User:
    return UserFactory()


@pytest.fixture
def warehouse() -> Warehouse:
    return WarehouseFactory()


@pytest.fixture
def settings_row() -> ReplenishmentSettings:
    """Looked at with every sale, 95 %, an order costs 10,000, keeping 25 % a year, sixty days."""
    row = replenishment_settings()
    row.review_days, row.history_days = 0, 60
    row.service_level_a = row.service_level_b = row.service_level_c = Decimal(95)
    row.save()
    return row
