from django.db import migrations, models

import inventori.fields


class Migration(migrations.Migration):
    dependencies = [
        ("purchases", "0002_orders_prices_supplier_returns"),
    ]

    operations = [
        migrations.AddField(
            model_name="goodsreceipt",
            name="note",
            field=models.CharField(blank=True, db_default="", default="", max_length=200, verbose_name="note"),
        ),
        migrations.AddField(
            model_name="goodsreceipt",
            name="over_percent",
            field=inventori.fields.PercentField(
                db_default=0,
                decimal_places=2,
                default=0,
                editable=False,
                max_digits=5,
                verbose_name="may be received above the order (%)",
            ),
        ),
    ]
