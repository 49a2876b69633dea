"""The pages of categories."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from inventori.lists import Column, ListPage
from inventori.permissions import requires
from master import selectors
from master.filters import CategoryFilter
from master.forms import CategoryForm
from master.models import Category

from . import records


def facts(request: HttpRequest, category: Category) -> list[tuple[Any, Any, str]]:
    return [
        (_("Code"), category.code, "code"),
        (_("Description"), category.description, "lines"),
    ]


KIND = records.Kind(
    name="category",
    model=Category,
    form=CategoryForm,
    plural=gettext_lazy("Categories"),
    new=gettext_lazy("Add a category"),
    facts=facts,
)


@requires("master_view")
def category_list(request: HttpRequest) -> HttpResponseBase:
    page = ListPage(
        request,
        selectors.category_rows(),
        columns=[
            Column("name", _("Category"), url="master:category_show", sort="name"),
            Column("code", _("Code"), sort="code", css="mono"),
            Column("product_count", _("Products"), kind="qty", sort="product_count"),
            Column("is_active", _("Status"), kind="badge", sort="is_active"),
        ],
        search=["code", "name"],
        search_hint=_("Code or name"),
        filters=CategoryFilter,
        default_sort="name",
        export_name="categories",
        caption=_("Categories"),
        empty_text=_("No categories yet. Products are sorted into them."),
        empty_icon="collection",
        empty_url=KIND.url("create") if request.user.can("master_change") else "",
        empty_label=_("Add a category"),
    )
    return page.render(
        "master/record_list.html",
        KIND.context(may_add=request.user.can("master_change"), add_url=KIND.url("create")),
    )


@requires("master_view")
def category_show(request: HttpRequest, pk: int) -> HttpResponse:
    return records.show(request, KIND, pk)


@requires("master_change")
def category_create(request: HttpRequest) -> HttpResponse:
    return records.create(request, KIND)


@requires("master_change")
def category_change(request: HttpRequest, pk: int) -> HttpResponse:
    return records.change(request, KIND, pk)


@requires("master_change")
@require_POST
def category_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    return records.set_active(request, KIND, pk, is_active=False)


@requires("master_change")
@require_POST
def category_activate(request: HttpRequest, pk: int) -> HttpResponse:
    return records.set_active(request, KIND, pk, is_active=True)


@requires("master_delete")
@require_POST
def category_delete(request: HttpRequest, pk: int) -> HttpResponse:
    return records.delete(request, KIND, pk)
