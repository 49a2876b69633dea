"""How numbers, days and statuses are written on a page."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from inventori.money import use_currency
from inventori.templatetags import inventori as show

NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


@pytest.fixture(params=["id", "en"])
def language(request):
    with translation.override(request.param):
        yield request.param


@pytest.fixture(autouse=True)
def rupiah():
    use_currency("IDR")
    yield
    use_currency("IDR")


def render(text, **context):
    request = RequestFactory().get("/list/?q=kopi&page=2&sort=name")
    return Template(text).render(Context({"request": request, **context}))


def test_money_is_grouped_as_the_language_does(language):
    wanted = {"id": "1.234.567", "en": "1,234,567"}[language]

    assert show.money(Decimal("1234567.00")) == wanted


def test_money_shows_cents_where_the_currency_has_them(language):
    use_currency("GBP")

    assert show.money(Decimal("1234.5")) == {"id": "1.234,50", "en": "1,234.50"}[language]


def test_cents_that_are_there_are_never_hidden():
    with translation.override("en"):
        assert show.money(Decimal("10.25")) == "10.25"


def test_money_is_exact_where_a_float_would_not_be():
    with translation.override("en"):
        assert show.money(Decimal("999999999999.00")) == "999,999,999,999"


def test_negative_amounts_have_a_true_minus():
    with translation.override("id"):
        assert show.money(Decimal(-5000)) == "−5.000"


@pytest.mark.parametrize("nothing", [None, "", "abc"])
def test_what_is_no_number_shows_nothing(nothing):
    assert show.money(nothing) == ""
    assert show.qty(nothing) == ""


def test_a_float_is_refused_as_money():
    with pytest.raises(ImproperlyConfigured):
        show.money(1.5)


@pytest.mark.parametrize(
    ("value", "text"),
    [("3.000", "3"), ("0.250", "0,25"), ("1200", "1.200"), ("100", "100"), ("0.000", "0"), ("-1.5", "−1,5")],
)
def test_quantities_drop_trailing_zeros(value, text):
    with translation.override("id"):
        assert show.qty(Decimal(value)) == text


def test_a_percentage_is_rounded_half_up():
    with translation.override("id"):
        assert show.percent(Decimal("0.12345")) == "12,3\u00a0%"
        assert show.percent(Decimal("0.0005")) == "0,1\u00a0%"


@time_machine.travel(NOW, tick=False)
def test_days_near_today_are_said_and_others_written():
    with translation.override("en"):
        assert show.spoken_day(date(2026, 11, 21)) == "today"
        assert show.spoken_day(date(2026, 11, 20)) == "yesterday"
        assert show.spoken_day(date(2026, 11, 22)) == "tomorrow"
        assert show.spoken_day(date(2026, 11, 1)) == "01-11-2026"


@time_machine.travel(NOW, tick=False)
def test_an_instant_shows_local_time_and_is_exact_on_hover():
    with translation.override("en"):
        html = show.day(datetime(2026, 11, 20, 20, 5, tzinfo=UTC))

    assert html == ('<time datetime="2026-11-20T20:05:00+00:00" title="21-11-2026 03:05">today 03:05</time>')


def test_a_badge_says_its_status_in_words_and_colour():
    with translation.override("en"):
        assert show.badge("PAID") == (
            '<span class="badge-tone tone-good"><span class="bi bi-check-lg" aria-hidden="true"></span>paid</span>'
        )
        assert "tone-plain" in show.badge(False)
        assert ">&lt;odd&gt;<" in show.badge("<odd>")


def test_query_keeps_what_it_does_not_change():
    assert render("{% query page=3 %}") == "?q=kopi&amp;page=3&amp;sort=name"
    assert render("{% query page=None q='' %}") == "?sort=name"


def test_a_sorted_heading_turns_round_and_goes_back_to_the_first_page():
    html = render("{% sort_link 'name' 'Name' 'name' %}")

    assert '<a href="?q=kopi&amp;sort=-name">Name' in html


@pytest.mark.parametrize(("seconds", "text"), [(0, "0 s"), (59, "59 s"), (61, "2 min"), (3600, "1 h 0 min")])
def test_durations_are_said_in_people_s_units(seconds, text):
    with translation.override("en"):
        assert show.duration(seconds) == text


def test_initials_are_those_of_the_first_and_the_last_name():
    assert show.initials("Ratna Dewi Wijaya") == "RW"
    assert show.initials("budi") == "B"


def test_addresses_of_other_hosts_lead_home():
    request = RequestFactory().get("/")

    assert show.safe_address("/sales/", request) == "/sales/"
    assert show.safe_address("https://elsewhere.example/", request) == "/"
    assert show.safe_address("javascript:alert(1)", request) == "/"
    assert show.safe_address("stocks", request) == "/"


def test_no_template_writes_the_number_of_a_row_with_a_thousands_separator():
    # The thousandth row of a table would be 1.000 in a form, and nobody would find it again.
    bare = re.compile(r"\{\{ *[\w.]*(?:\.pk|\.id|_id) *\}\}")
    wrong = [
        f"{path.relative_to(settings.BASE_DIR)}: {found}"
        for path in Path(settings.BASE_DIR, "templates").rglob("*.html")
        for found in bare.findall(path.read_text())
    ]

    assert wrong == []
