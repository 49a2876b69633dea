"""Why this number: what stands behind a suggestion now, and behind a line that was ordered."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from inventori.permissions import requires
from inventory.warehouse_choice import choosable, current_warehouse
from master.models import Product
from purchases.models import POItem, PurchaseOrder
from replenishment.evidence import evidence
from replenishment.freezing import batch_numbers, frozen
from replenishment.models import Suggestion
from replenishment.states import sentence
from replenishment.suggesting import proposals


@require_GET
@requires("reorder_view")
def order_why_now(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the number of a product is made of as things stand in the warehouse that is asked for or worked in."""
    product = get_object_or_404(Product, pk=pk)
    code = request.GET.get("warehouse", "").upper()
    warehouse = next((one for one in choosable(request) if one.code == code), None) or current_warehouse(request)
    if warehouse is None:
        raise Http404
    context = {"product": product, "place": warehouse}
    found = proposals(warehouse=warehouse, product_ids=[product.pk])
    if found:
        inputs = frozen(found[0], numbers=batch_numbers(found))
        context["evidence"] = shown = evidence(inputs, product=product, warehouse=warehouse)
        context |= {"state": sentence(shown.state), "policy_state": sentence(shown.policy_state)}
    return render(request, "replenishment/order_why.html", context)


@require_GET
@requires("reorder_view")
def order_why(request: HttpRequest, order: int, product: int) -> HttpResponse:
    """Answer "why did we buy this?" from what was frozen when the order was drafted."""
    bought = get_object_or_404(PurchaseOrder.objects.select_related("supplier", "warehouse"), pk=order)
    goods = get_object_or_404(Product, pk=product)
    lines = list(POItem.objects.filter(po=bought, product=goods))
    suggestion = Suggestion.objects.filter(order=bought, product=goods).select_related("by", "run").first()
    if not lines and suggestion is None:
        raise Http404
    context = {
        "product": goods,
        "place": bought.warehouse,
        "order": bought,
        "suggestion": suggestion,
        "ordered": sum(line.qty for line in lines),
    }
    if suggestion:
        context["evidence"] = shown = evidence(suggestion.inputs, product=goods, warehouse=bought.warehouse)
        context |= {"state": sentence(shown.state), "policy_state": sentence(shown.policy_state)}
    return render(request, "replenishment/order_why.html", context)
