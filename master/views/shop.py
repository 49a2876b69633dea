"""The shop's profile, and its logo for receipts and the frame."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from inventori.errors import DomainError
from inventori.permissions import public, requires
from inventori.refusals import refuse
from master.models import TaxRate
from master.selectors import shop_profile as stored_profile
from master.shop import has_documents, is_in_use, profile_save
from master.shop_forms import ShopProfileForm


@requires("shop_change")
def shop_profile(request: HttpRequest) -> HttpResponse:
    cutoff_before = stored_profile().cutoff_hour
    form = ShopProfileForm(request.POST or None, request.FILES or None, instance=stored_profile())
    if request.method == "POST" and form.is_valid():
        no_logo = form.cleaned_data.get("no_logo", False)
        try:
            saved = profile_save(
                profile=form.instance, by=request.user, logo=form.cleaned_data["logo_file"], no_logo=no_logo
            )
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, _("The shop profile is saved."))
            if saved.cutoff_hour != cutoff_before and has_documents():
                messages.info(request, _("The new cut-off hour counts from now on; past sales keep their day."))
            return redirect("master:shop_profile")
    return render(request, "master/shop_profile.html", {"form": form, "rates": tax_rate_rows()})


def tax_rate_rows() -> list[tuple[TaxRate, bool]]:
    """Return every tax rate with whether it is in use."""
    today = timezone.localdate()
    return [(rate, is_in_use(rate, today)) for rate in TaxRate.objects.all()]


@public
def shop_logo(request: HttpRequest) -> HttpResponseBase:
    """Send the logo; its address carries `?v=`, so a browser may keep it."""
    logo = stored_profile().logo
    if not logo or not logo.storage.exists(logo.name):
        raise Http404
    response = FileResponse(logo.open("rb"), content_type="image/png")
    response["Cache-Control"] = "public, max-age=86400"
    return response
