"""The customer's screen: what lies in the basket and what it comes to, at an address that nobody can guess."""

from hashlib import sha256

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from inventori.permissions import public
from master.selectors import shop_profile
from sales.display import display_of
from sales.models import Shift


def _shift(token: str) -> Shift:
    # The address ends with the shift: an old link shows nobody's basket.
    return get_object_or_404(Shift.objects.select_related("cashier", "warehouse"), display_token=token, closed_at=None)


@public
@never_cache
@require_GET
def display(request: HttpRequest, token: str) -> HttpResponse:
    """Open the screen; its script keeps it up to date."""
    return render(request, "sales/display.html", {"token": token, "state": _state(_shift(token))})


@public
@never_cache
@require_GET
def display_state(request: HttpRequest, token: str) -> HttpResponseBase:
    """Answer with what there is to see, or with nothing where the screen shows it already (?seen=)."""
    state = _state(_shift(token))
    version = sha256(state.encode()).hexdigest()[:16]
    if request.GET.get("seen") == version:
        return HttpResponse(status=204)
    return HttpResponse(state, headers={"X-Version": version})


def _state(shift: Shift) -> str:
    profile = shop_profile()
    return render_to_string("sales/display_state.html", {"display": display_of(shift, profile), "shop": profile})
