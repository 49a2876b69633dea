from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, UsernameField
from django.utils.translation import gettext_lazy as _

from inventori.permissions import ROLE_LABELS

from .models import User

ROLES = [("", _("Choose a role"))] + [(name, label) for name, label in ROLE_LABELS.items()]
PASSWORD_HELP = _("At least 8 characters, not only digits, and not a common word.")
ROLE_HELP = _("The role decides which pages and buttons this person has.")


class PasswordField(forms.CharField):
    """A new password: never shown again, and not stripped of spaces."""

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("help_text", PASSWORD_HELP)
        super().__init__(
            strip=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
            **kwargs,  # type: ignore[arg-type]
        )


class SignInForm(AuthenticationForm):
    """User name and password; which of the two was wrong is not told."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": _("User name and password do not fit together. Capital and small letters count."),
    }


class OwnPasswordForm(PasswordChangeForm):
    """A person's own new password, asked for in our words."""

    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_incorrect": _("This is not your old password."),
        "password_mismatch": _("The two new passwords differ."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = _("Old password")
        self.fields["new_password1"].label = _("New password")
        self.fields["new_password1"].help_text = PASSWORD_HELP
        self.fields["new_password2"].label = _("New password once more")
        self.fields["new_password2"].help_text = ""


class UserForm(forms.ModelForm):
    """Name and role of a person."""

    role = forms.ChoiceField(label=_("Role"), choices=ROLES, help_text=ROLE_HELP)

    class Meta:
        model = User
        fields = ["first_name", "last_name", "email"]


class UserCreateForm(UserForm):
    """A new person, with the first password."""

    password = PasswordField(label=_("First password"))
    field_order = ["username", "role", "password", "first_name", "last_name", "email"]

    class Meta:
        model = User
        fields = ["username", "first_name", "last_name", "email"]
        field_classes = {"username": UsernameField}
        help_texts = {"username": _("What this person signs in with: letters, digits and . _ -")}

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, User(username=self.cleaned_data.get("username", "")))
        return password


class NewPasswordForm(forms.Form):
    """A password that an admin sets for somebody."""

    password = PasswordField(label=_("New password"))

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        self.user = user
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self.user)
        return password


class PinForm(forms.Form):
    """The PIN with which a manager approves at the till."""

    pin = forms.RegexField(
        r"^[0-9]{4,8}$",
        label=_("New PIN"),
        help_text=_("4 to 8 digits. It is kept as a hash and never shown."),
        error_messages={"invalid": _("A PIN has 4 to 8 digits.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric", "maxlength": "8"}),
    )


class ProfileForm(forms.ModelForm):
    """What a person decides about themselves."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields = ["first_name", "last_name", "language", "theme"]


class PreferencesForm(forms.Form):
    """One press of the language or appearance switch."""

    language = forms.ChoiceField(choices=settings.LANGUAGES, required=False)
    theme = forms.ChoiceField(choices=User._meta.get_field("theme").choices, required=False)
