"""A refusal shown where the person looks: beside its field, or on top of the form."""

from django.forms import BaseForm

from .errors import DomainError


def refuse(form: BaseForm, error: DomainError) -> None:
    """Show the sentence of `error` beside the field it belongs to, or on top of the form."""
    form.add_error(error.field if error.field in form.fields else None, str(error))
