"""The search for products that forgives: words in any order, in name, SKU, barcode, category and what it is good for.

A text that finds little is looked for once more with one letter wrong, missing, extra or swapped in each word.
"""

import re
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from inventori.fields import searchable
from inventori.search import WORDS_AT_MOST

from .models import Category, Product
from .near import halves, stands_nearly

FEW = 5
SHORTEST_FORGIVEN = 4
# Of a shorter word all but a letter is found inside of many others: it must begin where a word begins.
SHORTEST_INSIDE = 6


@dataclass(frozen=True, slots=True)
class Word:
    """One word that was typed. is_forgiven: it may hold a mistake.

    categories: those whose name holds it; alike: those whose name nearly does.
    """

    text: str
    is_forgiven: bool
    categories: tuple[int, ...]
    alike: tuple[int, ...]


def product_ids_found(text: str, *, limit: int, products: QuerySet[Product] | None = None) -> list[int]:
    """Return up to `limit` ids of the active products, or of `products`, that `text` finds, the best first."""
    words = _words(text)
    if not words or limit <= 0:
        return []
    among = Product.objects.filter(is_active=True) if products is None else products
    found = _holding(words, among, limit)
    if len(found) >= min(FEW, limit) or not any(word.is_forgiven for word in words):
        return found
    if found:
        # Beside what is spelt as typed, a whole category that only sounds like it would be noise.
        words = [replace(word, alike=()) for word in words]
    others = [pk for pk in _nearly_holding(words, among) if pk not in found]
    return [*found, *others][:limit]


def _words(text: str) -> list[Word]:
    typed = list(dict.fromkeys(searchable(text.replace("\0", "")).split()))[:WORDS_AT_MOST]
    if not typed:
        return []
    names = [(pk, searchable(name)) for pk, name in Category.objects.order_by().values_list("pk", "name")]
    return [
        Word(
            text=word,
            is_forgiven=_may_err(word),
            categories=tuple(pk for pk, name in names if word in name),
            alike=tuple(pk for pk, name in names if _may_err(word) and _stands_nearly(word, name)),
        )
        for word in typed
    ]


def _may_err(word: str) -> bool:
    # Another digit is another code or size, and a scanner does not err.
    return len(word) >= SHORTEST_FORGIVEN and not any(sign.isdigit() for sign in word)


def _begins_nearly(word: str, text: str) -> bool:
    return stands_nearly(f" {word}", f" {text}")


def _stands_nearly(word: str, text: str) -> bool:
    return _begins_nearly(word, text) or (len(word) >= SHORTEST_INSIDE and stands_nearly(word, text))


# --- Word for word ---------------------------------------------------------------------
def _holding(words: list[Word], among: QuerySet[Product], limit: int) -> list[int]:
    """Ask for those that hold every word: where words begin with all of them first, then those named so."""
    held, begun = Q(), Q()
    for word in words:
        held &= _has(word.text) | _in(word.categories)
        begun &= _begins(word.text)
    rank = (_first(begun), _first(Q(search_text__startswith=words[0].text)))
    return list(among.filter(held).order_by("-is_active", *rank, "name", "pk").values_list("pk", flat=True)[:limit])


def _has(text: str) -> Q:
    return Q(search_text__contains=text)


def _begins(text: str) -> Q:
    return Q(search_text__startswith=text) | _has(f" {text}")


def _in(categories: tuple[int, ...]) -> Q:
    return Q(category__in=categories) if categories else Q()


def _first(condition: Q) -> Case:
    return Case(When(condition, then=Value(0)), default=Value(1), output_field=IntegerField())


# --- With a mistake --------------------------------------------------------------------
def _nearly_holding(words: list[Word], among: QuerySet[Product]) -> list[int]:
    """Let the database keep what may hold every word, and look closely at that."""
    maybe = Q()
    for word in words:
        maybe &= _maybe(word)
    rows = among.filter(maybe).order_by().values_list("pk", "search_text", "category_id", "is_active")
    ranked = ((_rank(words, row), row[0]) for row in rows)
    return [pk for rank, pk in sorted((rank, pk) for rank, pk in ranked if rank is not None)]


def _maybe(word: Word) -> Q:
    held = _has(word.text) | _in(tuple({*word.categories, *word.alike}))
    if not word.is_forgiven:
        return held
    left, right, swapped = halves(word.text)
    held |= _has(swapped)
    if len(word.text) >= SHORTEST_INSIDE:
        return held | _has(left) | _has(right)
    return held | _maybe_short(left, right)


def _maybe_short(left: str, right: str) -> Q:
    """Half of a short word is in every second name: ask for the half where a word begins, and for half of the other."""
    first, second = left[0], left[1]
    mistake_right = _begins(left + right[0]) | (_begins(left) & Q(search_text__regex=_gap(left, right[1:])))
    mistake_right |= _has(left + right[1] + right[0] + right[2:])
    mistake_left = _begins(first) & Q(search_text__regex=_gap(first, right))
    return mistake_right | mistake_left | _has(second + right) | _has(second + first + right)


def _gap(start: str, end: str) -> str:
    """Return the expression for a word that begins with `start`, and after two letters at most goes on with `end`."""
    # MySQL counts bytes here: a letter outside ASCII has up to four.
    return f"(^| ){re.escape(start)}([ -~]|[^ -~]{{1,4}}){{0,2}}{re.escape(end)}"


def _rank(words: list[Word], row: Any) -> tuple[Any, ...] | None:
    """Return how well a row holds the words, the smallest for the best, or None when it does not."""
    _pk, text, category, is_active = row
    mistakes = inside = 0
    for word in words:
        if word.text in text:
            continue
        mistakes += 1
        if word.is_forgiven and _begins_nearly(word.text, text):
            continue
        inside += 1
        if category in word.categories or category in word.alike:
            continue
        if not (word.is_forgiven and _stands_nearly(word.text, text)):
            return None
    return (not is_active, mistakes, inside, text)
