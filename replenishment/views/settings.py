"""The shop's settings of replenishment."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from inventori.permissions import requires
from replenishment.policy_forms import SettingsForm
from replenishment.selectors import replenishment_settings
from replenishment.services.settings import settings_save


@requires("reorder_change")
def settings(request: HttpRequest) -> HttpResponse:
    form = SettingsForm(request.POST or None, instance=replenishment_settings())
    if request.method == "POST" and form.is_valid():
        settings_save(settings=form.instance, names=list(form.fields), by=request.user)
        messages.success(request, _("The settings are saved. They count from the next computation on."))
        return redirect("replenishment:settings")
    return render(request, "replenishment/settings.html", {"form": form})
