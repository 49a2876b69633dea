"""One intention, one document: posting keys."""

import hashlib
import json
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from .errors import InvalidInput, KeyReused


def new_key() -> str:
    """Make the key that a posting form carries from the moment it is opened."""
    return uuid.uuid4().hex


def fingerprint(content: Any) -> str:
    """Return a digest of what a form asks for, to tell a repeated post from a changed one."""
    text = json.dumps(content, cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


class PostedOnce(models.Model):
    """A document that carries the key of the form which posted it."""

    key = models.CharField(max_length=64, unique=True, editable=False)
    key_fingerprint = models.CharField(max_length=64, editable=False)

    class Meta:
        abstract = True


D = TypeVar("D", bound=PostedOnce)


def claim(make: Callable[[], D], *, model: type[D], key: str, digest: str) -> tuple[D, bool]:
    """Insert the document of `key`, or return the one that this key already made.

    Insert first: looking before inserting dead-locks on the gap where the key is missing.
    Call it first in the transaction. Returns (document, made now?).
    Raises KeyReused when the key made something else.
    """
    if not key or len(key) > 64:
        raise InvalidInput(_("This form has no valid posting key. Open it again."), code="no_key")
    try:
        with transaction.atomic():
            return make(), True
    except IntegrityError:
        document = model._default_manager.filter(key=key).first()
        if document is None:
            raise
    if document.key_fingerprint != digest:
        raise KeyReused(_("This form was already posted with other content. Open a new one."), first_id=document.pk)
    return document, False
