"""The roles in the database, made from the one table in `inventori.permissions`."""

from typing import Any

from inventori.permissions import RIGHTS, ROLE_LABELS, rights_of


def roles_write(apps: Any) -> None:
    """Create or correct the groups and their permissions; called by migrations with their `apps`."""
    content_type, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="accounts", model="user"
    )
    permissions = apps.get_model("auth", "Permission").objects
    by_name = {
        name: permissions.get_or_create(content_type=content_type, codename=name, defaults={"name": name})[0]
        for name in RIGHTS
    }
    permissions.filter(content_type=content_type).exclude(codename__in=RIGHTS).delete()
    for role in ROLE_LABELS:
        group, _made = apps.get_model("auth", "Group").objects.get_or_create(name=role)
        group.permissions.set([by_name[name] for name in rights_of(role)])
