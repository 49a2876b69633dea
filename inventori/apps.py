from django.apps import AppConfig


class KernelConfig(AppConfig):
    """The kernel every other app stands on."""

    name = "inventori"
    label = "inventori"

    def ready(self) -> None:
        from . import checks  # noqa: F401  registers the start-up checks
