"""What goes well with a basket."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from inventori.permissions import requires


@require_GET
@requires("sell")
def recommendations(request: HttpRequest) -> JsonResponse:
    """Answer ?sku=A&sku=B with [{"product": id, "sku": …, "name": …}, …], the best first.

    No rules have been mined yet in any shop, so there is nothing to recommend.
    """
    return JsonResponse([], safe=False)
