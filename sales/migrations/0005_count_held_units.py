from collections import defaultdict
from decimal import Decimal

from django.db import migrations


def count_held_units(apps, schema_editor):
    """Baskets that lie aside hold their units from now on."""
    sale_item, stock = apps.get_model("sales", "SaleItem"), apps.get_model("inventory", "Stock")
    held: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    rows = sale_item.objects.filter(sale__status="DRAFT", sale__held_at__isnull=False)
    for product, warehouse, qty, factor in rows.values_list("product", "sale__warehouse", "qty", "factor"):
        held[product, warehouse] += qty * factor
    for (product, warehouse), units in held.items():
        row, _made = stock.objects.get_or_create(product_id=product, warehouse_id=warehouse)
        stock.objects.filter(pk=row.pk).update(held=units)


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0004_reorder_policies_and_alerts"),
        ("sales", "0004_sale_item_batch"),
    ]

    operations = [migrations.RunPython(count_held_units, migrations.RunPython.noop)]
