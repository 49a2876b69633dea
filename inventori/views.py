from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from .permissions import public, signed_in


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Go to the page that the person's role works on."""
    return redirect(request.user.start_page)


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
