"""Every address × every role × a stranger: who is let in is what the table says."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from inventori.management.commands.permissions_table import permissions_page
from inventori.permissions import RIGHTS, ROLE_LABELS
from inventori.url_table import addresses
from tests.factories import ProductFactory, UserFactory, WarehouseFactory, stock_up

pytestmark = pytest.mark.django_db

SAMPLE = {"int": "1", "str": "x", "slug": "x", "uuid": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff", "path": "x"}


def sample_path(path):
    """Put sample values where the address has <converters>."""
    return re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLE.get(found[1] or "str", "x"), path)


ADDRESSES = {address.path: address for address in addresses()}


@pytest.fixture
def people(db):
    product, warehouse = ProductFactory(), WarehouseFactory()
    admin = UserFactory(role="Admin")
    stock_up(product, warehouse, 5, by=admin)
    return {role: UserFactory(role=role) for role in ROLE_LABELS}


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_role_opens_what_the_table_says_and_nothing_else(client, people, method):
    wrong = []
    for role, person in people.items():
        client.force_login(person)
        for address in ADDRESSES.values():
            answer = getattr(client, method)(sample_path(address.path))
            if "_auth_user_id" not in client.session:
                client.force_login(person)  # signing out is an address too
            if answer.status_code == 405:
                continue  # the other method's test meets the door
            let_in = answer.status_code not in {401, 403}
            if role not in address.roles and address.name == "admin:index":
                let_in = answer.status_code == 200
            if answer.status_code >= 500 or let_in != (role in address.roles):
                wrong.append((role, address.path, answer.status_code))

    assert wrong == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_sees_the_sign_in_page_and_public_addresses_only(client, people, method):
    wrong = []
    for address in ADDRESSES.values():
        answer = getattr(client, method)(sample_path(address.path))
        if answer.status_code == 405 or address.name == "accounts:sign_out":
            continue
        sent_away = answer.status_code == 302 and ("/sign-in/" in answer.url or "/admin/login/" in answer.url)
        if sent_away == (address.rights == ("public",)) or answer.status_code >= 500:
            wrong.append((address.path, answer.status_code))

    assert wrong == []


def test_people_without_a_role_may_do_nothing(people):
    nobody = UserFactory()
    nobody.groups.clear()

    assert [right for right in RIGHTS if nobody.can(right)] == []


def test_the_roles_in_the_database_are_those_of_the_table(people):
    given = {role: {right for right in RIGHTS if person.can(right)} for role, person in people.items()}

    assert given == {role: {name for name, right in RIGHTS.items() if role in right.roles} for role in ROLE_LABELS}


def test_the_page_in_docs_is_up_to_date():
    written = Path(settings.BASE_DIR, "docs", "permissions.md").read_text()

    assert written == permissions_page(), "run: ./run manage permissions_table > docs/permissions.md"
