from django.db import migrations

SLICE = 2_000


def fill(apps, schema_editor):
    Product = apps.get_model("master", "Product")
    field = Product._meta.get_field("search_text")
    batch = []
    for product in Product.objects.iterator(chunk_size=SLICE):
        field.pre_save(product, add=False)
        batch.append(product)
        if len(batch) == SLICE:
            Product.objects.bulk_update(batch, ["search_text"])
            batch = []
    Product.objects.bulk_update(batch, ["search_text"])


class Migration(migrations.Migration):
    dependencies = [("master", "0004_first_payment_methods")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
