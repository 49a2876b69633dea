"""A rule as a sentence."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventori.money import round_half_up
from inventori.numbers import write_number

from .models import AssociationRule
from .run_words import as_percent

TENTH = Decimal("0.1")
HUNDREDTH = Decimal("0.01")


def in_a_row(names: Sequence[str]) -> str:
    """Return "A, B and C"."""
    return str(get_text_list(list(names), _("and")))


def whole_percent(share: float) -> str:
    return write_number(round_half_up(Decimal(repr(share)) * 100, Decimal(1)))


def one_decimal(number: float) -> str:
    return write_number(round_half_up(Decimal(repr(number)), TENTH))


def rule_sentence(rule: AssociationRule) -> str:
    """Return "Who buys A also takes B: 89 % of 97 sales, 4.2 times more than by chance"."""
    sentence = ngettext(
        "Who buys %(first)s also takes %(second)s: %(share)s %% of %(count)s sale, %(lift)s times more than by chance",
        "Who buys %(first)s also takes %(second)s: %(share)s %% of %(count)s sales, %(lift)s times more than by chance",
        rule.antecedent_count,
    )
    return sentence % {
        "first": in_a_row(rule.antecedent),
        "second": in_a_row(rule.consequent),
        "share": whole_percent(rule.confidence),
        "count": write_number(rule.antecedent_count),
        "lift": one_decimal(rule.lift),
    }


def rule_facts(rule: AssociationRule) -> list[tuple[str, str]]:
    """Return the figures of a rule as names and values."""
    conviction = _("infinite: never broken") if rule.conviction is None else one_decimal(rule.conviction)
    return [
        (_("Sales with all of them"), write_number(rule.count)),
        (_("Sales with %(names)s") % {"names": in_a_row(rule.antecedent)}, write_number(rule.antecedent_count)),
        (_("Sales with %(names)s") % {"names": in_a_row(rule.consequent)}, write_number(rule.consequent_count)),
        (_("Support"), as_percent(rule.support)),
        (_("Confidence"), as_percent(rule.confidence)),
        (_("Support × confidence"), as_percent(rule.support * rule.confidence)),
        (_("Lift"), _rounded(rule.lift)),
        (_("Leverage"), as_percent(rule.leverage)),
        (_("Conviction"), conviction),
        (_("By chance (Fisher’s exact test)"), _chance(rule.p_value)),
    ]


def _rounded(number: float) -> str:
    return write_number(round_half_up(Decimal(repr(number)), HUNDREDTH))


def _chance(p_value: float | None) -> str:
    if p_value is None:
        return _("not computed")
    if p_value < 0.0001:
        return _("less than 1 in 10,000")
    return as_percent(p_value)
