import io
from decimal import Decimal

import openpyxl
import pytest
from django.test import RequestFactory
from django.utils import translation

from accounts.filters import UserFilter
from accounts.models import User
from inventori.lists import Column, ListPage, RowAction
from inventori.permissions import ADMIN, CASHIER
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

COLUMNS = [
    Column("username", "User", url="accounts:user_change", sort="username"),
    Column("name", "Name", value=User.get_full_name, sort=("first_name", "last_name")),
    Column("id", "Cost", kind="money", sort="id", right="cost_view"),
    Column("is_active", "Status", kind="badge"),
]


@pytest.fixture
def admin():
    return User.objects.get(pk=UserFactory(username="zz-admin", first_name="Zed", role=ADMIN).pk)


@pytest.fixture
def people(admin):
    for username, first, last in [("ani", "Ani", "Wati"), ("budi", "Budi", "Jaya"), ("cici", "Cici", "Wati")]:
        UserFactory(username=username, first_name=first, last_name=last)


def page_at(address, user, **options):
    request = RequestFactory().get(address)
    request.user = user
    options = {
        "columns": COLUMNS,
        "search": ["username", "first_name", "last_name"],
        "default_sort": "username",
    } | options
    return ListPage(request, User.objects.all(), **options)


def names(page):
    return [row.item.username for row in page.table]


def test_rows_come_in_the_default_order(admin, people):
    assert names(page_at("/", admin)) == ["ani", "budi", "cici", "zz-admin"]


def test_a_heading_sorts_by_all_its_fields_and_both_ways(admin, people):
    assert names(page_at("/?sort=-name", admin)) == ["zz-admin", "cici", "budi", "ani"]


def test_equal_rows_keep_one_order_over_the_pages(admin, people):
    assert page_at("/?sort=-name", admin).queryset.query.order_by == ("-first_name", "-last_name", "-pk")


@pytest.mark.parametrize(
    "query", ["sort=password", "sort=--", "sort=is_active", "page=99999", "page=x", "size=7", "size=²", "role=nobody"]
)
def test_what_the_address_says_wrongly_falls_back(admin, people, query):
    page = page_at(f"/?{query}", admin, filters=UserFilter)

    assert names(page) == ["ani", "budi", "cici", "zz-admin"]
    assert page.size == 25


def test_every_word_of_a_search_must_be_found_somewhere(admin, people):
    assert names(page_at("/?q=wati", admin)) == ["ani", "cici"]
    assert names(page_at("/?q=wati+CIC", admin)) == ["cici"]
    assert names(page_at("/?q=wati+budi", admin)) == []


def test_a_search_for_thousands_of_words_is_shortened(admin, people):
    page = page_at(f"?q={'a+' * 3_000}", admin)

    assert page.count == 4
    assert len(page.q) <= 100


def test_a_percent_sign_in_a_search_is_only_a_percent_sign(admin, people):
    assert names(page_at("/?q=%25", admin)) == []


def test_filters_and_search_work_together(admin, people):
    User.objects.filter(username="ani").update(is_active=False)

    page = page_at("/?q=wati&active=1", admin, filters=UserFilter)

    assert names(page) == ["cici"]
    assert page.is_filtered


def test_paging_shows_each_row_once(admin):
    UserFactory.create_batch(59)

    pages = [names(page_at(f"/?page={number}", admin)) for number in (1, 2, 3)]

    assert [len(page) for page in pages] == [25, 25, 10]
    assert len({name for page in pages for name in page}) == 60


def test_a_column_without_its_right_is_neither_shown_nor_sorted_by_nor_exported(admin, people):
    cashier = User.objects.get(pk=UserFactory(username="kasir", role=CASHIER).pk)

    page = page_at("/?sort=-id&export=csv", cashier, export_name="users")
    lines = b"".join(page.render()).decode()

    assert [heading.label for heading in page.columns] == ["User", "Name", "Status"]
    assert page.sort == "username"
    assert "Cost" not in lines


def test_an_export_holds_all_filtered_rows_not_only_the_page(admin):
    UserFactory.create_batch(60, last_name="Wati")

    page = page_at("/?q=wati&export=csv&page=2", admin, export_name="users")
    lines = b"".join(page.render()).decode().splitlines()

    assert len(lines) == 61
    assert lines[0] == "\ufeffUser,Name,Cost,Status"


def test_an_export_to_a_workbook_holds_words_for_statuses(admin, people):
    with translation.override("en"):
        answer = page_at("/?export=xlsx&q=budi", admin, export_name="users").render()

    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer))).active
    assert answer["Content-Disposition"] == 'attachment; filename="users.xlsx"'
    assert [row[0] for row in sheet.values] == ["User", "budi"]
    assert sheet["D2"].value == "active"


def test_a_list_without_a_name_for_files_exports_nothing(admin, people):
    answer = page_at("/?export=csv", admin)

    assert not answer.export_name


def test_cells_are_escaped(admin):
    UserFactory(username="aaa", first_name="<script>", last_name="&")

    cells = page_at("/", admin).table[0].cells

    assert cells[1].html == "&lt;script&gt; &amp;"


def test_row_actions_need_their_right(admin, people):
    action = RowAction("Change", "pencil", "accounts:user_change", right="user_manage")
    cashier = User.objects.get(pk=UserFactory(role=CASHIER).pk)

    assert page_at("/", admin, row_actions=[action]).table[0].actions[0].label == "Change"
    assert page_at("/", cashier, row_actions=[action]).row_actions == []


def test_rows_may_be_dictionaries():
    column = Column("product.name", "Product")

    assert column.of({"product": {"name": "Kopi"}}) == "Kopi"
    assert Column("qty", "Qty", kind="qty").of({"qty": Decimal(3)}) == Decimal(3)
