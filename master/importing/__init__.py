"""Bringing lists in from CSV and XLSX: read, check every cell, show what would change, apply all or nothing.

An app adds what can be brought in by `register(importer)` in its `AppConfig.ready`.
"""

from .registry import importers, register

__all__ = ["importers", "register"]
