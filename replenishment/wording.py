"""A number's receipt in words: "24 = forecast 18 (9 days × 2.0) + safety 8 (95 %) − on hand 5 … = 22, rounded to …"."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from inventori.templatetags.inventori import qty as show_qty

from .planning import Need, Step, Term

Numbers = Mapping[str, Decimal]

# The part of the page of evidence that stands behind each term.
SALES, POLICY, EVENTS, STOCK, ORDERS, BATCHES = "sales", "policy", "events", "stock", "orders", "batches"


@dataclass(frozen=True, slots=True)
class Said:
    """A term as people read it; part: where the rows behind it are."""

    sign: str
    text: str
    part: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """qty = terms = shortage, steps. The shortage is told where a step follows it."""

    qty: str
    terms: list[Said]
    shortage: str
    steps: list[str]

    def __str__(self) -> str:
        terms = " ".join(f"{term.sign} {term.text}".strip() for term in self.terms)
        after = ", ".join([f" = {self.shortage}", *self.steps]) if self.steps else ""
        return f"{self.qty} = {terms}{after}"


def receipt(need: Need) -> Receipt:
    """Say what a number is made of, in the active language."""
    terms = [_said(term, is_first=not at) for at, term in enumerate(need.terms)]
    steps = [_step(step) for step in need.steps]
    if not steps and need.qty != need.shortage:
        steps = [_("nothing is ordered now")]
    return Receipt(show_qty(need.qty), terms, show_qty(need.shortage), [step for step in steps if step])


# --- Terms ----------------------------------------------------------------------------
_MINUS = {"ON_HAND", "ON_ORDER", "DRAFTS"}
_TERMS: dict[str, tuple[Callable[[Term], str], str]] = {
    "FORECAST": (lambda term: _forecast(term), SALES),
    "SAFETY": (lambda term: _safety(term), POLICY),
    "TO_ROP": (lambda term: _to_rop(term), POLICY),
    "TYPED": (lambda term: _with(gettext_lazy("typed level %(qty)s"), term), POLICY),
    "MAXIMUM": (lambda term: _with(gettext_lazy("MAX %(qty)s"), term), POLICY),
    "EVENTS": (lambda term: _with(gettext_lazy("events %(qty)s"), term), EVENTS),
    "ON_HAND": (lambda term: _with(gettext_lazy("on hand %(qty)s"), term), STOCK),
    "ON_ORDER": (lambda term: _with(gettext_lazy("on order %(qty)s"), term), ORDERS),
    "DRAFTS": (lambda term: _with(gettext_lazy("in drafts %(qty)s"), term), ORDERS),
    "EXPIRED": (lambda term: _with(gettext_lazy("expired %(qty)s"), term), BATCHES),
    "HELD": (lambda term: _with(gettext_lazy("put aside %(qty)s"), term), STOCK),
    "EXPIRING": (lambda term: _with(gettext_lazy("expiring %(qty)s"), term), BATCHES),
}


def _said(term: Term, *, is_first: bool) -> Said:
    words, part = _TERMS[term.kind]
    is_minus = term.kind in _MINUS or (term.kind == "EVENTS" and term.qty < 0)
    sign = "−" if is_minus else "" if is_first else "+"
    return Said(sign, words(term), part)


def _shown(term: Term) -> Decimal:
    """The quantity as it stands behind its sign."""
    return -term.qty if term.kind in _MINUS else abs(term.qty) if term.kind == "EVENTS" else term.qty


def _with(sentence: StrOrPromise, term: Term) -> str:
    return str(sentence) % {"qty": show_qty(_shown(term))}


def _forecast(term: Term) -> str:
    values = {"qty": show_qty(term.qty), "days": show_qty(term.numbers["days"]), "mean": rate(term.numbers["mean"])}
    return _("forecast %(qty)s (%(days)s days × %(mean)s)") % values


def _safety(term: Term) -> str:
    values = {"qty": show_qty(term.qty), "level": show_qty(term.numbers["level"])}
    return _("safety %(qty)s (%(level)s %%)") % values


def _to_rop(term: Term) -> str:
    values = {"qty": show_qty(term.qty), "rop": show_qty(term.numbers["rop"])}
    return _("%(qty)s up to the reorder point %(rop)s") % values


def rate(value: Decimal) -> str:
    """Write units a day with one decimal at least and four at most: 2.0, 0.0833."""
    places = max(1, -int(value.normalize().as_tuple().exponent)) if value else 1
    return str(number_format(value, decimal_pos=min(places, 4), use_l10n=True, force_grouping=True))


# --- Steps ----------------------------------------------------------------------------
_STEPS: dict[str, StrOrPromise] = {
    "ECONOMIC": gettext_lazy("raised to the economic quantity of %(lot)s"),
    "LOT": gettext_lazy("raised to the fixed quantity of %(lot)s"),
    "MINIMUM": gettext_lazy("raised to the supplier's minimum of %(minimum)s"),
    "CAP": gettext_lazy("cut to %(qty)s: more would not be sold within the %(days)s days that it keeps"),
    "WORTH": gettext_lazy("cut to %(qty)s: of more, what expires within %(days)s days would cost more than is won"),
    "NO_LIFE": gettext_lazy("not cut to its shelf life, because no receipt tells how long it keeps"),
    "BUDGET": gettext_lazy("cut to %(qty)s by the budget"),
    "FILL": gettext_lazy("raised by %(added)s to reach the supplier's minimum order, needed in %(days)s days anyway"),
}


def _step(step: Step) -> str:
    if step.kind == "PACKS":
        return _packs(step)
    numbers = {name: show_qty(round(number, 1) if name == "days" else number) for name, number in step.numbers.items()}
    return str(_STEPS[step.kind]) % {**numbers, "qty": show_qty(step.qty)}


def _packs(step: Step) -> str:
    size, factor = step.numbers["step"], step.numbers["factor"]
    if step.unit and factor == size:
        return _("rounded to %(units)s of %(qty)s") % {"units": several(step.unit), "qty": show_qty(factor)}
    return _("rounded to steps of %(qty)s") % {"qty": show_qty(size)} if size != 1 else _("rounded to whole units")


def several(unit: str) -> str:
    """Return the name of a unit for more than one of it: box → boxes in English; Indonesian says it alike.

    >>> several("box"), several("strip"), several("pcs")
    ('boxes', 'strips', 'pcs')
    """
    if (get_language() or "en")[:2] != "en" or unit.endswith("s") or not unit.isascii():
        return unit
    return unit + ("es" if unit.endswith(("x", "ch", "sh")) else "s")
