"""What the tests of policy pages do with a page: open it, read it, send it back."""

import csv
import re
from io import StringIO

from django.test import Client
from django.urls import reverse

from tests.factories import UserFactory


def signed_in(role: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(role=role), "accounts.backends.PeopleBackend")
    return client


def text_of(response) -> str:
    """What a person reads: the page without tags, in single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).replace("&#x27;", "'").split())


def names(response) -> list[str]:
    return [row.item.product.name for row in response.context["page"].table]


def exported(response) -> list[dict[str, str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


def form_of(policy, **changed):
    """What a browser sends: every field, and what each was when the form was opened."""
    response = signed_in("Manager").get(reverse("replenishment:policy_show", args=[policy.pk]))
    form = response.context["form"]
    sent = {}
    for bound in form.visible_fields():
        value = bound.value()
        shown = bound.field.widget.format_value(value) if hasattr(bound.field.widget, "format_value") else value
        shown = shown[0] if isinstance(shown, list) and shown else shown
        if bound.name == "is_active":
            sent |= {"is_active": "on", "initial-is_active": "True"}
        else:
            sent |= {bound.name: shown or "0", f"initial-{bound.name}": shown or "0"}
            if bound.name == "review_weekday":
                sent |= {bound.name: shown or "", f"initial-{bound.name}": shown or ""}
    return sent | changed


def values_of(form) -> dict[str, object]:
    """What a browser sends of a form that nobody touched: boxes only where they are ticked."""
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value is not None and value is not False}
