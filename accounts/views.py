from copy import copy
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inventori.context import THEME_COOKIE
from inventori.errors import DomainError
from inventori.lists import Column, ListPage
from inventori.permissions import ROLE_LABELS, public, requires, signed_in
from inventori.refusals import refuse
from inventori.templatetags.inventori import safe_address

from . import selectors, services
from .demo import DEMO_LOGINS
from .filters import UserFilter
from .forms import (
    NewPasswordForm,
    OwnPasswordForm,
    PinForm,
    PreferencesForm,
    ProfileForm,
    SignInForm,
    UserCreateForm,
    UserForm,
)
from .models import User

YEAR = 60 * 60 * 24 * 365


# --- Coming and going -------------------------------------------------------------
class SignIn(LoginView):
    authentication_form = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(demo_logins=DEMO_LOGINS if settings.DEMO else (), **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        remember(response, language=self.request.user.language, theme=self.request.user.theme)
        return response


sign_in = public(SignIn.as_view())
sign_out = public(LogoutView.as_view())


def locked_out(
    request: HttpRequest, original_response: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """Answer who signs in wrongly too often with how long to wait."""
    minutes = selectors.lockout_minutes(request, (credentials or {}).get("username", ""))
    return render(request, "accounts/locked_out.html", {"minutes": minutes}, status=429)


# --- Oneself ------------------------------------------------------------------------
@public
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep the language or appearance that was chosen, in the browser and with the person."""
    form = PreferencesForm(request.POST)
    response = redirect(safe_address(request.POST.get("next", ""), request))
    if form.is_valid():
        if request.user.is_authenticated:
            services.user_set_preferences(user=request.user, by=request.user, **form.cleaned_data)
        remember(response, **form.cleaned_data)
    return response


@signed_in
def profile(request: HttpRequest) -> HttpResponse:
    # A copy: a refused form must not rename the person in the frame around it.
    form = ProfileForm(request.POST or None, instance=copy(request.user))
    if request.method == "POST" and form.is_valid():
        services.user_set_profile(user=request.user, by=request.user, **form.cleaned_data)
        messages.success(request, _("Your profile is saved."))
        response = redirect("accounts:profile")
        remember(response, language=request.user.language, theme=request.user.theme)
        return response
    return render(request, "accounts/profile.html", {"form": form})


@signed_in
def own_password(request: HttpRequest) -> HttpResponse:
    form = OwnPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.user_set_password(user=request.user, password=form.cleaned_data["new_password1"], by=request.user)
        update_session_auth_hash(request, request.user)
        messages.success(request, _("Your new password is set. Other devices are signed out."))
        return redirect("accounts:profile")
    return render(request, "accounts/own_password.html", {"form": form})


@requires("sale_cancel")
def own_pin(request: HttpRequest) -> HttpResponse:
    form = PinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.user_set_pin(user=request.user, pin=form.cleaned_data["pin"], by=request.user)
        messages.success(request, _("Your PIN is set."))
        return redirect("accounts:profile")
    return render(request, "accounts/own_pin.html", {"form": form})


# --- Others ---------------------------------------------------------------------------
@requires("user_manage")
def user_list(request: HttpRequest) -> HttpResponseBase:
    page = ListPage(
        request,
        selectors.user_rows(),
        columns=[
            Column("username", _("User name"), url="accounts:user_change", sort="username"),
            Column("name", _("Name"), value=User.get_full_name, sort=("first_name", "last_name")),
            Column("role", _("Role"), value=role_of, sort="role_name"),
            Column("last_login", _("Last signed in"), kind="datetime", sort="last_login"),
            Column("pin", _("PIN"), kind="badge", value=lambda user: "YES" if user.pin_hash else ""),
            Column("is_active", _("Status"), kind="badge", sort="is_active"),
        ],
        search=["username", "first_name", "last_name", "email"],
        search_hint=_("Name, user name or e-mail"),
        filters=UserFilter,
        default_sort="username",
        export_name="users",
        caption=_("People who may sign in"),
    )
    return page.render("accounts/user_list.html")


@requires("user_manage")
def user_create(request: HttpRequest) -> HttpResponse:
    form = UserCreateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = services.user_create(by=request.user, **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, _("%(name)s can sign in now.") % {"name": user})
            return redirect("accounts:user_list")
    return render(request, "accounts/user_create.html", {"form": form, "cancel_url": reverse("accounts:user_list")})


@requires("user_manage")
def user_change(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    form = UserForm(request.POST or None, instance=copy(user), initial={"role": user.role})
    if request.method == "POST" and form.is_valid():
        try:
            services.user_change(user=user, by=request.user, **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": user})
            return redirect("accounts:user_list")
    context = {"form": form, "person": user, "cancel_url": reverse("accounts:user_list")}
    return render(request, "accounts/user_change.html", context)


@requires("user_manage")
@require_POST
def user_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    try:
        services.user_deactivate(user=user, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(name)s can no longer sign in.") % {"name": user})
    return redirect("accounts:user_change", pk)


@requires("user_manage")
@require_POST
def user_reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    user = services.user_reactivate(user=get_object_or_404(User, pk=pk), by=request.user)
    messages.success(request, _("%(name)s can sign in again.") % {"name": user})
    return redirect("accounts:user_change", pk)


@requires("user_manage")
def user_password(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    form = NewPasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        services.user_set_password(user=user, password=form.cleaned_data["password"], by=request.user)
        if user == request.user:
            update_session_auth_hash(request, user)
        messages.success(request, _("The new password of %(name)s is set. Open sessions are ended.") % {"name": user})
        return redirect("accounts:user_change", pk)
    return render(request, "accounts/user_password.html", {"form": form, "person": user})


@requires("user_manage")
def user_pin(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    form = PinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.user_set_pin(user=user, pin=form.cleaned_data["pin"], by=request.user)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, _("The PIN of %(name)s is set.") % {"name": user})
            return redirect("accounts:user_change", pk)
    return render(request, "accounts/user_pin.html", {"form": form, "person": user})


@requires("user_manage")
@require_POST
def user_pin_remove(request: HttpRequest, pk: int) -> HttpResponse:
    user = services.user_set_pin(user=get_object_or_404(User, pk=pk), pin="", by=request.user)
    messages.success(request, _("%(name)s has no PIN any more.") % {"name": user})
    return redirect("accounts:user_change", pk)


def role_of(user: Any) -> Any:
    """Return the role of a row of `selectors.user_rows` in the reader's language."""
    return ROLE_LABELS.get(user.role_name, "")


def remember(response: HttpResponse, *, language: str = "", theme: str = "") -> None:
    """Keep language and appearance in the browser, for the pages before sign-in too."""
    if language:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=YEAR, samesite="Lax", httponly=True)
    if theme:
        response.set_cookie(THEME_COOKIE, theme, max_age=YEAR, samesite="Lax", httponly=True)
