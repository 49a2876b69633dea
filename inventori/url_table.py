"""Every address of the product with the rights that open it, read off the resolver."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from .permissions import RIGHTS, ROLE_LABELS


@dataclass(frozen=True, slots=True)
class Address:
    """path: as in the address bar, with <converters>; name: for reverse(); rights: any of these opens it."""

    path: str
    name: str
    rights: tuple[str, ...]

    @property
    def roles(self) -> frozenset[str]:
        """The roles that may open it; for public and signed-in pages all of them."""
        if self.rights in {("public",), ("signed_in",)}:
            return frozenset(ROLE_LABELS)
        return frozenset().union(*(RIGHTS[name].roles for name in self.rights))


def addresses() -> list[Address]:
    """Return all addresses but those inside Django admin, which guards itself with one right.

    Raises ValueError for a view that does not say who may open it.
    """
    return sorted(_walk(get_resolver().url_patterns, "/", ""), key=lambda address: address.path)


def _walk(patterns: list[URLPattern | URLResolver], prefix: str, namespace: str) -> Iterator[Address]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if pattern.namespace == "admin":
                yield Address(path, "admin:index", ("admin_site",))
            else:
                inner = f"{pattern.namespace}:" if pattern.namespace else namespace
                yield from _walk(pattern.url_patterns, path, inner)
            continue
        rights = getattr(pattern.callback, "rights", None)
        if not rights:
            raise ValueError(f"{path} does not say who may open it: give its view requires(), signed_in or public")
        yield Address(path, f"{namespace}{pattern.name}", rights)
