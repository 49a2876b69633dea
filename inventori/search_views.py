"""The search of everything, as a dialog's results and as a page of its own."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from .permissions import signed_in
from .search import SHORTEST, only_exact, search, tidy


@signed_in
@require_GET
def search_everything(request: HttpRequest) -> HttpResponse:
    """Show what `q` finds. A whole code, as a scanner sends it with Enter, goes straight to its page."""
    text = tidy(request.GET.get("q", ""))
    groups = search(request, text)
    if not request.htmx and (hit := only_exact(groups)) is not None:
        return redirect(hit.url)
    context = {
        "q": text,
        "groups": groups,
        "count": sum(len(group.hits) for group in groups),
        "is_short": len(text) < SHORTEST,
        "shortest": SHORTEST,
    }
    return render(request, "fragments/search_results.html" if request.htmx else "search.html", context)
