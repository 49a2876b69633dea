from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from .permissions import public, signed_in
from .search import SHORTEST, only_exact, search, tidy


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Go to the page that the person's role works on."""
    return redirect(request.user.start_page)


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


@public
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer "ok" when web and database do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)
