"""The page on which a supplier confirms one order: no sign-in, and nothing else to see."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from inventori.errors import DomainError
from inventori.formfields import NumberField
from inventori.permissions import public
from inventori.refusals import refuse
from purchases.models import POItem, PurchaseOrder
from purchases.order_forms import DayInput
from purchases.order_paper import order_paper, paper_line, unit_qty
from purchases.services import order_confirm

# Each language names itself: who cannot read the page must find theirs.
LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
# The address itself is the key: it must not travel on, nor be found.
HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive"}


class ConfirmForm(forms.Form):
    """A quantity for each line, in the unit it was ordered in; the line's id is the field's name."""

    confirmed_for = forms.DateField(
        label=gettext_lazy("Delivery date"), required=False, widget=DayInput(), input_formats=["%Y-%m-%d"]
    )
    supplier_note = forms.CharField(label=gettext_lazy("Note to the shop"), required=False, max_length=200)

    def __init__(self, *args: Any, items: list[POItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = {str(item.pk): item for item in items}
        for name, item in self.items.items():
            self.fields[name] = NumberField(
                label=item.product.name, max_digits=12, decimal_places=3, min_value=0, initial=self._said(item)
            )
            self.fields[name].widget.attrs |= {"class": "form-control number", "aria-label": item.product.name}

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error(field, error)
        if field in self.items and field in self.errors:
            self.fields[field].widget.attrs["class"] += " is-invalid"

    @staticmethod
    def step(item: POItem) -> Decimal:
        """Return what the unit holds in which the supplier counts: the ordered one, if all comes out even in it."""
        said = item.qty if item.confirmed_qty is None else item.confirmed_qty
        even = item.unit and item.qty % item.factor == 0 and said % item.factor == 0
        return item.factor if even else Decimal(1)

    def _said(self, item: POItem) -> Decimal:
        return (item.qty if item.confirmed_qty is None else item.confirmed_qty) / self.step(item)

    @property
    def quantities(self) -> dict[int, Decimal]:
        return {item.pk: self.cleaned_data[name] * self.step(item) for name, item in self.items.items()}

    @property
    def rows(self) -> list[tuple[Any, Any, str, str]]:
        """Return (field, paper line, unit, confirmed) for each line."""
        return [
            (
                self[name],
                paper_line(item),
                item.unit if self.step(item) != 1 else item.product.uom,
                "" if item.confirmed_qty is None else unit_qty(item, item.confirmed_qty),
            )
            for name, item in self.items.items()
        ]


# Exempt: the address is what lets in, not a cookie; and a page without a referrer posts from no origin that
# the check could know.
@csrf_exempt
@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def supplier_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show the order of `token`, and keep what its supplier says to it."""
    orders = PurchaseOrder.objects.select_related("supplier", "warehouse")
    order = get_object_or_404(orders, token=token)
    language = request.GET.get("lang") or translation.get_language() or ""
    language = language if language in LANGUAGES else settings.LANGUAGE_CODE
    with translation.override(language):
        response = _answer(request, order, language)
    for name, value in HEADERS.items():
        response[name] = value
    return response


def _answer(request: HttpRequest, order: PurchaseOrder, language: str) -> HttpResponse:
    items = list(order.items.select_related("product"))
    initial = {
        "confirmed_for": order.confirmed_for or order.expected_at,
        "supplier_note": order.supplier_note,
    }
    if request.method != "POST":
        return _page(request, order, ConfirmForm(items=items, initial=initial), language)
    form = ConfirmForm(request.POST, items=items)
    if not form.is_valid():
        return _page(request, order, form, language, status=400)
    try:
        order_confirm(
            order=order,
            quantities=form.quantities,
            day=form.cleaned_data["confirmed_for"],
            note=form.cleaned_data["supplier_note"],
        )
    except DomainError as refusal:
        order.refresh_from_db(fields=["status"])
        refuse(form, refusal)
        return _page(request, order, form, language, status=refusal.status)
    return HttpResponseRedirect(f"{request.path}?lang={language}&thanks=1")


def _page(
    request: HttpRequest, order: PurchaseOrder, form: ConfirmForm, language: str, status: int = 200
) -> HttpResponse:
    context = {
        "order": order,
        "paper": order_paper(order),
        "form": form,
        "language": language,
        "languages": LANGUAGES,
        "is_open": order.status == PurchaseOrder.Status.SENT,
        "closed": _closed(order),
        "is_thanked": request.GET.get("thanks") == "1" and order.confirmed_at,
    }
    return render(request, "purchases/supplier_page.html", context, status=status)


def _closed(order: PurchaseOrder) -> str:
    if order.status == PurchaseOrder.Status.CANCELLED:
        return _("This order is cancelled. Please do not deliver it.")
    if order.status == PurchaseOrder.Status.RECEIVED:
        return _("This order has been received in full. Thank you.")
    return ""
