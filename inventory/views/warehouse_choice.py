from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inventori.permissions import signed_in
from inventori.templatetags.inventori import safe_address
from inventory.models import Warehouse
from inventory.warehouse_choice import choose


@require_POST
@signed_in
def warehouse_choose(request: HttpRequest) -> HttpResponse:
    """Keep the warehouse that the person works in from now on."""
    typed = request.POST.get("warehouse", "")
    pk = int(typed) if typed.isdecimal() and len(typed) < 19 else 0
    warehouse = get_object_or_404(Warehouse.objects.filter(is_active=True), pk=pk)
    choose(request, warehouse)
    messages.success(request, _("You now work in %(warehouse)s.") % {"warehouse": warehouse.name})
    return redirect(safe_address(request.POST.get("next", "/"), request))
