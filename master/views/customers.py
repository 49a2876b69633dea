"""The pages of customers."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from inventori.lists import Column, ListPage
from inventori.permissions import requires
from master.filters import CustomerFilter
from master.forms import CustomerForm
from master.models import Customer

from . import records


def facts(request: HttpRequest, customer: Customer) -> list[tuple[Any, Any, str]]:
    return [
        (_("Code"), customer.code, "code"),
        (_("Phone"), customer.phone, "text"),
        (_("E-mail"), customer.email, "text"),
        (_("Address"), customer.address, "lines"),
    ]


KIND = records.Kind(
    name="customer",
    model=Customer,
    form=CustomerForm,
    plural=gettext_lazy("Customers"),
    new=gettext_lazy("Add a customer"),
    facts=facts,
    show_template="master/customer_show.html",
)


@requires("master_view")
def customer_list(request: HttpRequest) -> HttpResponseBase:
    page = ListPage(
        request,
        Customer.objects.all(),
        columns=[
            Column("name", _("Customer"), url="master:customer_show", sort="name"),
            Column("code", _("Code"), sort="code", css="mono"),
            Column("phone", _("Phone"), sort="phone"),
            Column("email", _("E-mail"), sort="email"),
            Column("is_active", _("Status"), kind="badge", sort="is_active"),
        ],
        search=["code", "name", "phone", "email"],
        search_hint=_("Code, name, phone or e-mail"),
        filters=CustomerFilter,
        default_sort="name",
        export_name="customers",
        caption=_("Customers"),
        empty_text=_("No customers yet. A sale needs none; add those you want to know."),
        empty_icon="person-lines-fill",
        empty_url=KIND.url("create") if request.user.can("customer_add") else "",
        empty_label=_("Add a customer"),
    )
    return page.render(
        "master/record_list.html",
        KIND.context(may_add=request.user.can("customer_add"), add_url=KIND.url("create")),
    )


@requires("master_view")
def customer_show(request: HttpRequest, pk: int) -> HttpResponse:
    return records.show(request, KIND, pk)


@requires("master_change", "customer_add")
def customer_create(request: HttpRequest) -> HttpResponse:
    return records.create(request, KIND)


@requires("master_change")
def customer_change(request: HttpRequest, pk: int) -> HttpResponse:
    return records.change(request, KIND, pk)


@requires("master_change")
@require_POST
def customer_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    return records.set_active(request, KIND, pk, is_active=False)


@requires("master_change")
@require_POST
def customer_activate(request: HttpRequest, pk: int) -> HttpResponse:
    return records.set_active(request, KIND, pk, is_active=True)


@requires("master_delete")
@require_POST
def customer_delete(request: HttpRequest, pk: int) -> HttpResponse:
    return records.delete(request, KIND, pk)
