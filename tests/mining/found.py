"""Runs and their rules as a test needs them, and sales through the service that imports use."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import factory
from django.test import Client
from django.utils import timezone

from inventori.posting import new_key
from mining.models import AssociationRule, MiningRun
from mining.services.storing import item_key
from sales.models import Sale
from sales.services.past import PastLine, PastSale, past_documents_post
from sales.services.returns import ReturnLine, sale_return
from tests.factories import UserFactory


class RunFactory(factory.django.DjangoModelFactory):
    """A good run over November 2026, not in force."""

    class Meta:
        model = MiningRun

    status = MiningRun.Status.DONE
    date_from = date(2026, 11, 1)
    date_to = date(2026, 11, 30)
    min_support = Decimal("0.01")
    min_confidence = Decimal("0.5")
    baskets = 100
    rules = 1
    by = factory.SubFactory(UserFactory)
    at = factory.LazyFunction(timezone.now)


def rule_of(run: MiningRun, antecedent: list[Any], consequent: list[Any], **figures: Any) -> AssociationRule:
    """Write a rule between products (or categories): 10 of 20 sales, lift 2.5, unless `figures` say otherwise."""
    one, other = [thing.pk for thing in antecedent], [thing.pk for thing in consequent]
    usual = {
        "count": 10,
        "antecedent_count": 20,
        "consequent_count": 20,
        "support": 0.1,
        "confidence": 0.5,
        "lift": 2.5,
        "leverage": 0.06,
        "conviction": 1.6,
        "p_value": 0.001,
    }
    return AssociationRule.objects.create(
        run=run,
        antecedent=[thing.name for thing in antecedent],
        consequent=[thing.name for thing in consequent],
        antecedent_ids=one,
        consequent_ids=other,
        item_key=item_key(one, other),
        generated_at=timezone.now(),
        **{**usual, **figures},
    )


class Sold:
    """Sells and takes back on a day of November 2026."""

    def __init__(self, warehouse: Any) -> None:
        self.warehouse, self.by, self.n = warehouse, UserFactory(role="Manager"), 0

    def sell(self, *goods: Any, day: date = date(2026, 11, 10)) -> str:
        """Return the sale's number."""
        self.n += 1
        key = f"{self.warehouse.code}-{self.n}"
        at = datetime.combine(day, time(10), ZoneInfo(self.warehouse.time_zone))
        lines = [PastLine(one.pk, Decimal(1), Decimal(1000)) for one in goods]
        sale = PastSale(key=key, number=key, at=at, lines=lines, by=self.by)
        past_documents_post(warehouse=self.warehouse, documents=[sale])
        return key

    def take_back(self, number: str, product: Any) -> None:
        sale = Sale.objects.get(invoice_number=number)
        lines = [ReturnLine(sale.items.get(product=product).pk, Decimal(1))]
        sale_return(sale_id=sale.pk, lines=lines, reason="leaking", method="QRIS", key=new_key(), by=self.by)


def signed_in(role: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(role=role), "accounts.backends.PeopleBackend")
    return client
