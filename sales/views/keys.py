"""Each person's own keys of the till."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inventori.permissions import requires
from sales.keys import keys_for
from sales.keys_form import TillKeysForm
from sales.services.keys import KeysRefused, till_keys_save


@requires("sell")
def till_keys(request: HttpRequest) -> HttpResponse:
    form = TillKeysForm(request.POST or None, initial=keys_for(request.user))
    if request.method == "POST" and form.is_valid():
        try:
            till_keys_save(keys=form.cleaned_data, by=request.user)
        except KeysRefused as error:
            for name, sentence in error.wrong.items():
                form.add_error(name, sentence)
        else:
            messages.success(request, _("Your keys are saved."))
            return redirect("sales:till_keys")
    return render(request, "sales/till_keys.html", {"form": form, "cancel_url": reverse("sales:pos")})


@requires("sell")
@require_POST
def till_keys_usual(request: HttpRequest) -> HttpResponse:
    till_keys_save(keys={}, by=request.user)
    messages.success(request, _("The usual keys are back."))
    return redirect("sales:till_keys")
