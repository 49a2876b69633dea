from django.db import migrations

METHODS = ("CASH", "QRIS", "CARD", "TRANSFER", "OTHER")


def write(apps, schema_editor):
    PaymentMethod = apps.get_model("master", "PaymentMethod")
    for place, code in enumerate(METHODS, start=1):
        PaymentMethod.objects.get_or_create(code=code, defaults={"kind": code, "position": place * 10})


class Migration(migrations.Migration):
    dependencies = [("master", "0003_payment_methods_and_search")]

    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
