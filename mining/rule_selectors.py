"""Questions about the rules of a run, and about the very sales behind one of them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, ExpressionWrapper, F, FloatField, OuterRef, QuerySet
from django.utils.translation import gettext as _

from inventori.errors import InvalidInput
from inventori.search import holds_every_word, tidy
from master.models import Category, Product
from sales.models import Sale, SaleItem

from .models import AssociationRule, MiningRun
from .reading import brought_back, sales_of
from .selectors import active_run
from .services.runs import window_of

MAX_LIMIT = 1000
SORTS = ("lift", "confidence", "support")
# Of a text that many products hold in their names, rules are looked up for this many.
MOST_NAMED = 50


def asked_run(text: str) -> MiningRun | None:
    """Return the run whose number the address holds, or the one in force."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
    asked = MiningRun.objects.filter(pk=number, rules__gt=0).first() if number else None
    return asked or active_run()


def rules_of(run: MiningRun | None) -> QuerySet[AssociationRule]:
    """Return the run's rules with `strength` (support × confidence) and their run."""
    if run is None:
        return AssociationRule.objects.none()
    strength = ExpressionWrapper(F("support") * F("confidence"), output_field=FloatField())
    return AssociationRule.objects.filter(run=run).select_related("run").annotate(strength=strength)


def top_rules(rules: QuerySet[AssociationRule], sort: str, limit: int) -> list[AssociationRule]:
    """Return the `limit` best of `rules`. sort: lift, confidence or support."""
    others = [name for name in SORTS if name != sort]
    return list(rules.order_by(f"-{sort}", *(f"-{name}" for name in others), "pk")[:limit])


def rules_in_force(sort: str = "lift", limit: int = 10) -> list[AssociationRule]:
    """Return the best rules of the run in force, those left out that a more general one says too."""
    return top_rules(rules_of(active_run()).filter(is_redundant=False), sort, limit)


def as_data(rules: Sequence[AssociationRule]) -> list[dict[str, Any]]:
    names = ("antecedent", "consequent", "support", "confidence", "lift")
    return [{name: getattr(rule, name) for name in names} for rule in rules]


def asked_sort(text: str) -> str:
    """Raises InvalidInput, as `asked_limit` does, with a sentence."""
    if text not in SORTS:
        raise InvalidInput(_("“sort” must be lift, confidence or support."))
    return text


def asked_limit(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or not 1 <= int(text) <= MAX_LIMIT:
        raise InvalidInput(_("“limit” must be a number from 1 to %(most)s.") % {"most": MAX_LIMIT})
    return int(text)


def item_ids(text: str, level: str) -> list[int]:
    """Return the products (or categories) that `text` names: by SKU or code if there is one, else by words."""
    model, code = (Product, "sku") if level == MiningRun.Level.PRODUCT else (Category, "code")
    text = tidy(text)
    exact = list(model._default_manager.filter(**{code: text.upper()}).values_list("pk", flat=True))
    if exact:
        return exact
    named = model._default_manager.filter(holds_every_word(text, f"{code}__icontains", "name__icontains"))
    return list(named.order_by("pk").values_list("pk", flat=True)[:MOST_NAMED])


def folded_under(rule: AssociationRule) -> QuerySet[AssociationRule]:
    """Return the rules that say no more than `rule` does."""
    return rules_of(rule.run).filter(general_id=rule.pk).order_by("-lift", "pk")


def sales_behind(rule: AssociationRule) -> QuerySet[Sale]:
    """Return the sales of the run's window that hold every item of the rule and kept it, read as the miner did."""
    run = rule.run
    lines = SaleItem.objects.exclude(product__in=run.left_out) if run.left_out else SaleItem.objects.all()
    name = "product" if run.level == MiningRun.Level.PRODUCT else "product__category"
    ids = [*rule.antecedent_ids, *rule.consequent_ids]
    all_sales = sales_of(window_of(run))
    maybe = _holding(all_sales, lines, name, ids)
    back = brought_back(maybe)
    return _holding(all_sales, lines.exclude(pk__in=back.tolist()), name, ids) if len(back) else maybe


def _holding(sales: QuerySet[Sale], lines: QuerySet[SaleItem], name: str, ids: Sequence[int]) -> QuerySet[Sale]:
    for pk in ids:
        sales = sales.filter(Exists(lines.filter(sale=OuterRef("pk"), **{name: pk})))
    return sales
