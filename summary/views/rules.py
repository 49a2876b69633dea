"""The rules of what sells together, handed out as data."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from inventori.errors import InvalidInput
from inventori.permissions import requires
from mining.rule_selectors import as_data, asked_limit, asked_sort, rules_in_force


@require_GET
@requires("rule_view")
def top_rules_data(request: HttpRequest) -> JsonResponse:
    """Answer the best rules of the run in force as JSON, as /mining/rules/ does."""
    try:
        sort, limit = asked_sort(request.GET.get("sort", "lift")), asked_limit(request.GET.get("limit", "10"))
    except InvalidInput as refusal:
        return JsonResponse({"error": str(refusal)}, status=400)
    return JsonResponse(as_data(rules_in_force(sort, limit)), safe=False)
