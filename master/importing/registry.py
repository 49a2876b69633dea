"""Which kinds of lists can be brought in."""

from django.utils.translation import gettext as _

from inventori.errors import InvalidInput

from .plan import Importer

_importers: dict[str, Importer] = {}


def register(importer: Importer) -> None:
    """Offer `importer` on the import page; registering a name again replaces it."""
    _importers[importer.name] = importer


def importers() -> list[Importer]:
    return list(_importers.values())


def importer_called(name: str) -> Importer:
    """Return the importer `name`. Raises InvalidInput when there is none."""
    try:
        return _importers[name]
    except KeyError as error:
        raise InvalidInput(_("There is no import called %(name)s.") % {"name": name}) from error
