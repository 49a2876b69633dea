"""What the hints at the till caused, and how they are set."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from inventori.permissions import requires
from master.models import Product
from mining.effects import LEAST_OF_AN_ARM
from mining.hint_effect import LEAST_SHOWN, hint_effect
from mining.hint_forms import HintOffForm, HintSettingsForm, switched_off
from mining.hinting import hint_settings
from mining.models import HintOff
from mining.services.hints import hint_settings_save, hint_switch_off, hint_switch_on

SPANS = (28, 91, 365)
USUAL_SPAN = 91


@require_GET
@requires("rule_view")
def effect(request: HttpRequest) -> HttpResponse:
    """Show what the hints of the last days earned beyond what would have been sold anyway."""
    asked = request.GET.get("days", "")
    days = int(asked) if asked in map(str, SPANS) else USUAL_SPAN
    context = {
        "effect": hint_effect(since=timezone.localdate() - timedelta(days=days)),
        "settings": hint_settings(),
        "days": days,
        "spans": SPANS,
        "least_of_an_arm": LEAST_OF_AN_ARM,
        "least_shown": LEAST_SHOWN,
    }
    return render(request, "mining/effect.html", context)


@require_POST
@requires("mining_run")
def hint_retire(request: HttpRequest) -> HttpResponse:
    """Hint at a product no more, because it caused nothing."""
    pk = request.POST.get("product", "")
    product = get_object_or_404(Product, pk=int(pk) if pk.isdecimal() and len(pk) < 19 else 0)
    hint_switch_off(product=product, note=_("caused nothing"))
    messages.success(request, _("%(product)s is not hinted at any more.") % {"product": product})
    return redirect("mining:effect")


@requires("mining_run")
def hints_settings(request: HttpRequest) -> HttpResponse:
    form = HintSettingsForm(request.POST or None, instance=hint_settings())
    if request.method == "POST" and form.is_valid():
        hint_settings_save(settings=form.instance)
        messages.success(request, _("The settings are saved. The till hints by them from the next scan on."))
        return redirect("mining:hints_settings")
    return _settings_page(request, form, HintOffForm(prefix="off"))


def _settings_page(request: HttpRequest, form: HintSettingsForm, off_form: HintOffForm) -> HttpResponse:
    context = {"form": form, "off_form": off_form, "switched_off": switched_off()}
    status = 400 if form.errors or off_form.errors else 200
    return render(request, "mining/hint_settings.html", context, status=status)


@require_POST
@requires("mining_run")
def hint_off(request: HttpRequest) -> HttpResponse:
    """Never hint at a product or a category."""
    form = HintOffForm(request.POST, prefix="off")
    if not form.is_valid():
        return _settings_page(request, HintSettingsForm(instance=hint_settings()), form)
    off = hint_switch_off(**form.off)
    messages.success(request, _("%(name)s is not hinted at any more.") % {"name": off})
    return redirect("mining:hints_settings")


@require_POST
@requires("mining_run")
def hint_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Hint at it again."""
    off = get_object_or_404(HintOff, pk=pk)
    name = str(off)
    hint_switch_on(off=off)
    messages.success(request, _("%(name)s may be hinted at again.") % {"name": name})
    return redirect("mining:hints_settings")
