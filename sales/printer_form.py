"""The form of a receipt printer."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .models import ReceiptPrinter

# A name on the network or an IP address: nothing that could be an address with a user, a path or a port in it.
HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|\[?[0-9A-Fa-f:]+\]?")
MOST_PORT = 65_535


class PrinterForm(forms.ModelForm):
    class Meta:
        model = ReceiptPrinter
        fields = ["name", "host", "port", "width", "has_drawer"]
        error_messages = {"name": {"unique": _("Another printer has this name already.")}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = _("Where it stands, such as: counter, back office.")
        self.fields["port"].help_text = _("9100 for nearly every printer.")
        self.fields["has_drawer"].help_text = _("The drawer hangs on the printer's cable.")

    def clean_host(self) -> str:
        host: str = self.cleaned_data["host"]
        if not HOST.fullmatch(host):
            raise ValidationError(_("Enter an address such as 192.168.1.50, without a port."), code="host")
        return host

    def clean_port(self) -> int:
        port: int = self.cleaned_data["port"]
        if not 1 <= port <= MOST_PORT:
            raise ValidationError(_("Enter a port from 1 to 65535."), code="port")
        return port
