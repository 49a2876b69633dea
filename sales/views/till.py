"""What the till's requests share: who may ask, whose shift it is, a manager's PIN, and the answer.

An answer to the page's script is made of the till's parts, computed anew by the server; each takes the
place of the part with its id.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.models import User
from accounts.services import pin_verify
from inventori.errors import DomainError, InvalidInput, NotAllowed
from inventori.permissions import requires
from inventori.posting import new_key
from master.models import ShopProfile
from master.selectors import shop_profile
from sales.models import Sale, Shift
from sales.services.approval import NeedsApproval
from sales.shifts import open_shift_of
from sales.till import basket_of, basket_view

View = Callable[..., HttpResponseBase]

# What a manager may allow at a cashier's till.
APPROVABLE = frozenset({"price_override", "discount_over_limit"})


def at_the_till(view: View) -> View:
    """Let only a POST of somebody who may sell through, and answer a refusal with the till's parts.

    A GET comes from the sign-in page, which a post after the session's end led to: back to the basket.
    """

    @never_cache
    @requires("sell")
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return redirect("sales:pos")
        try:
            return view(request, *args, **kwargs)
        except DomainError as error:
            return refusal(request, error)

    return guarded


def is_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Till") == "1"


def shift_of(request: HttpRequest) -> Shift:
    """Return the person's open shift; its warehouse is the one that goods leave. Asked once a request."""
    shift: Shift | None = getattr(request, "till_shift", None)
    if shift is None:
        shift = open_shift_of(request.user)
        if shift is None:
            raise DomainError(_("Your shift is not open. Open it first; your basket is kept."), code="no_shift")
        request.till_shift = shift  # type: ignore[attr-defined]
    return shift


def allowed_by(request: HttpRequest) -> User | None:
    """Return the manager whose PIN came with the request, if one did. Call it outside a transaction.

    Raises NotAllowed for a wrong PIN.
    """
    pin, right = request.POST.get("pin", ""), request.POST.get("right", "")
    if not pin:
        return None
    if right not in APPROVABLE:
        raise InvalidInput(_("Nobody can allow this at the till."), field="pin")
    return pin_verify(pin=pin, right=right, by=request.user)


def answer(
    request: HttpRequest,
    sale: Sale | None,
    *,
    key: str,
    status: int = 200,
    profile: ShopProfile | None = None,
    **context: Any,
) -> HttpResponse:
    """Answer with the parts of the till; without the page's script, with the page."""
    if not is_script(request):
        return redirect("sales:pos")  # type: ignore[return-value]
    profile = profile or shop_profile()
    # A basket that was begun elsewhere still leaves its own warehouse.
    warehouse = sale.warehouse if sale is not None else shift_of(request).warehouse
    items = sale.lines if sale is not None else []
    basket = basket_view(key=key, sale=sale, items=items, warehouse=warehouse, profile=profile)
    notices = sale.notices if sale is not None else ()
    parts = {"basket": basket, "shop": profile, "notices": notices, **context}
    return HttpResponse(render_to_string("sales/pos_parts.html", parts), status=status)


def refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Answer a refusal with its sentence and the basket as it is: nothing of it is lost."""
    if not is_script(request):
        raise error
    if asked := _asked_right(request, error):
        # The script asks for the PIN in place and sends the same again with it.
        return HttpResponse(str(error), status=403, content_type="text/plain", headers={"X-Till-Ask": asked})
    if error.code == "no_shift":
        return HttpResponse(str(error), status=409, content_type="text/plain", headers={"X-Till-Shift": "1"})
    key = request.POST.get("key", "")
    sale = basket_of(key=key, by=request.user)
    if sale is None and error.code in ("already_paid", "key_reused", "not_yours", "held"):
        key = new_key()
    context = {"error": error, "is_money": error.field in MONEY_FIELDS, "paid_id": error.data.get("sale_id")}
    return answer(request, sale, key=key or new_key(), status=error.status, **context)


MONEY_FIELDS = ("tendered", "amount", "method", "reference")


def _asked_right(request: HttpRequest, error: DomainError) -> str:
    if isinstance(error, NeedsApproval):
        return error.right
    if isinstance(error, NotAllowed) and error.field == "pin":
        return request.POST.get("right", "")
    return ""
