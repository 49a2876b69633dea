import django_filters
from django.utils.translation import gettext_lazy as _

from inventori.permissions import ROLE_LABELS

from .models import User


class UserFilter(django_filters.FilterSet):
    role = django_filters.ChoiceFilter(
        field_name="groups__name", label=_("Role"), choices=list(ROLE_LABELS.items()), empty_label=_("all")
    )
    active = django_filters.ChoiceFilter(
        field_name="is_active",
        label=_("Status"),
        choices=[("1", _("active")), ("0", _("inactive"))],
        empty_label=_("all"),
    )

    class Meta:
        model = User
        fields: list[str] = []
