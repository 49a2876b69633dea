"""Replays: ask for one, watch it, read it, and take over what it found."""

from typing import Any

import django_filters
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from inventori.errors import DomainError
from inventori.job_views import job_context
from inventori.lists import Column, ListPage
from inventori.permissions import requires
from inventori.refusals import refuse
from inventori.templatetags.inventori import percent, qty
from inventory.warehouse_choice import current_warehouse
from replenishment import replay_view
from replenishment.models import Replay, ReplayLine
from replenishment.replay_forms import ReplayForm
from replenishment.replay_run import CLASSES, POLICIES
from replenishment.replay_words import goods, name_of, policy_name, short_name
from replenishment.services.replays import replay_levels_take, replay_methods_take, replay_start

HISTORY = 20
MEASURES = [
    ("short", gettext_lazy("days without stock")),
    ("fill", gettext_lazy("fill rate")),
    ("orders", gettext_lazy("orders")),
    ("stock", gettext_lazy("average stock")),
]
VALUE = ("value", gettext_lazy("average stock value"))


class LineFilter(django_filters.FilterSet):
    """Which products are listed, and what of them."""

    show = django_filters.ChoiceFilter(
        label=gettext_lazy("Show"), method="all_rows", empty_label=None, choices=MEASURES
    )
    abc_class = django_filters.ChoiceFilter(
        label=gettext_lazy("Class"), empty_label=gettext_lazy("all"), choices=[(name, name) for name in CLASSES]
    )

    class Meta:
        model = ReplayLine
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.request.user.can("cost_view"):
            self.form.fields["show"].choices = [*MEASURES, VALUE]

    def all_rows(self, rows: Any, name: str, value: Any) -> Any:
        return rows


@requires("reorder_view")
@require_GET
def replay_list(request: HttpRequest) -> HttpResponse:
    form = ReplayForm(initial={"warehouse": current_warehouse(request)})
    return _list(request, form)


def _list(request: HttpRequest, form: ReplayForm, status: int = 200) -> HttpResponse:
    replays = Replay.objects.select_related("job", "warehouse", "by")[:HISTORY]
    context = {"form": form, "rows": [(replay, goods(replay.parameters)) for replay in replays]}
    return render(request, "replenishment/replay_list.html", context, status=status)


@requires("reorder_change")
@require_POST
def replay_begin(request: HttpRequest) -> HttpResponse:
    form = ReplayForm(request.POST)
    if form.is_valid():
        asked = {name: form.cleaned_data[name] for name in ("warehouse", "months", "wanted_fill_rate", "key")}
        try:
            replay = replay_start(**asked, asked=form.asked, by=request.user)
        except DomainError as error:
            refuse(form, error)
        else:
            return redirect("replenishment:replay_show", replay.pk)
    return _list(request, form, status=400)


def _load(pk: int) -> Replay:
    return get_object_or_404(Replay.objects.select_related("job", "warehouse", "by"), pk=pk)


@requires("reorder_view")
@require_GET
def replay_show(request: HttpRequest, pk: int) -> HttpResponseBase:
    replay = _load(pk)
    if "progress" in request.GET:
        return _progress_bar(request, replay)
    if not replay.results or replay.job.is_active:
        return render(
            request, "replenishment/replay_running.html", _progress(request, replay) | {"name": name_of(replay)}
        )
    charts = [(_("Products short on an average day, week by week"), replay_view.daily_chart(replay, "short"), "qty")]
    if request.user.can("cost_view"):
        charts.append((_("Stock value, week by week"), replay_view.daily_chart(replay, "value"), "money"))
    context = {
        "replay": replay,
        "name": name_of(replay),
        "goods": goods(replay.parameters),
        "rows": replay_view.policy_rows(replay.results["policies"], replay.wanted_fill_rate),
        "groups": replay_view.groups(replay),
        "level": replay_view.level(replay),
        "charts": charts,
        "level_chart": replay_view.level_chart(replay),
        "methods": replay_view.method_choices(),
        "policies": [policy_name(code) for code in POLICIES],
    }
    return _product_page(request, replay).render("replenishment/replay_show.html", context)


def _progress(request: HttpRequest, replay: Replay) -> dict[str, Any]:
    return job_context(replay.job, f"{request.path}?progress=1", can_stop=request.user.can("reorder_change"))


def _progress_bar(request: HttpRequest, replay: Replay) -> HttpResponse:
    """Answer the progress bar, which asks every second; when the work has ended, the page has something new to say."""
    context = _progress(request, replay)
    response = render(request, "fragments/progress.html", context)
    if not context["progress"]["is_active"]:
        response["HX-Refresh"] = "true"
    return response


def _product_page(request: HttpRequest, replay: Replay) -> ListPage:
    known = dict([*MEASURES, VALUE] if request.user.can("cost_view") else MEASURES)
    measure = request.GET.get("show", "")
    measure = measure if measure in known else "short"
    kind = {"fill": "percent", "value": "money"}.get(measure, "qty")
    columns = [
        Column("product.name", gettext_lazy("Product"), sort="product__name", url=_policy_url),
        Column("product.sku", gettext_lazy("SKU"), sort="product__sku", css="mono"),
        Column("abc_class", gettext_lazy("Class"), sort="abc_class"),
        Column("demand", gettext_lazy("Asked for"), kind="qty", sort="demand"),
        *(
            Column(
                f"by_{code.lower()}", short_name(code), kind=kind, sort=f"by_{code.lower()}", value=_measure(code, kind)
            )
            for code in POLICIES
        ),
    ]
    if request.user.can("reorder_change") and "export" not in request.GET:
        columns.insert(0, Column("tick", gettext_lazy("Choose"), value=_tick, css="is-tick"))
    return ListPage(
        request,
        replay_view.product_rows(replay, measure),
        columns=columns,
        search=["product__name", "product__sku"],
        search_hint=_("Product or SKU"),
        filters=LineFilter,
        default_sort="-demand",
        export_name=f"replay-{replay.pk}-{measure}",
        caption=_("By product: %(measure)s") % {"measure": known[measure]},
    )


def _policy_url(line: ReplayLine) -> str:
    return reverse("replenishment:policy_of_product", args=[line.product_id])


def _measure(code: str, kind: str) -> Any:
    """Return what reads the measure of a policy off a row."""

    def read(line: ReplayLine) -> Any:
        value = getattr(line, f"by_{code.lower()}")
        return replay_view.in_coins(value) if kind == "money" and value is not None else value

    return read


def _tick(line: ReplayLine) -> str:
    label = _("Choose %(product)s") % {"product": line.product.name}
    box = (
        '<input class="form-check-input" type="checkbox" form="use-products" name="product" value="{}" aria-label="{}">'
    )
    return format_html(box, line.product_id, label)


@requires("reorder_change")
@require_POST
def replay_use(request: HttpRequest, pk: int) -> HttpResponse:
    """Use a method for a class, or for the products that were ticked."""
    replay, method = _load(pk), request.POST.get("method", "")
    ticked = [int(text) for text in request.POST.getlist("product") if text.isdecimal()]
    try:
        count = replay_methods_take(
            replay=replay, method=method, abc_class=request.POST.get("class", ""), product_ids=ticked, by=request.user
        )
    except DomainError as error:
        messages.error(request, str(error))
    else:
        sentence = ngettext(
            "%(count)s product is ordered by “%(method)s” from now on.",
            "%(count)s products are ordered by “%(method)s” from now on.",
            count,
        )
        messages.success(request, sentence % {"count": qty(count), "method": policy_name(method)})
    return redirect("replenishment:replay_show", replay.pk)


@requires("reorder_change")
@require_POST
def replay_level(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the service level that the replay found."""
    replay, group = _load(pk), request.POST.get("group", "")
    try:
        levels = replay_levels_take(replay=replay, group=group, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        level = percent(next(iter(levels.values())) / 100, 2)
        sentence = _("The service level is now %(level)s. It holds from the next computation of the policies on.")
        messages.success(request, sentence % {"level": level})
    return redirect("replenishment:replay_show", replay.pk)
