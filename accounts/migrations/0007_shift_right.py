from django.db import migrations

from accounts.roles import roles_write


def write(apps, schema_editor):
    roles_write(apps)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_till_keys")]

    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
