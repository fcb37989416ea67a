from django.db import migrations, models

import yinuo.facts.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                ("id", models.UUIDField(default=yinuo.facts.ids.new_id, primary_key=True, serialize=False)),
                ("owner_kind", models.CharField(max_length=40)),
                ("owner_id", models.UUIDField()),
                ("name_ct", models.BinaryField()),
                ("digest_ct", models.BinaryField()),
                ("wrapped", models.BinaryField()),
                ("wrapped_by", models.PositiveIntegerField()),
                ("media_type", models.CharField(max_length=100)),
                ("size", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                ("uploaded_at", models.DateTimeField()),
                ("by_id", models.UUIDField(null=True)),
                (
                    "scan",
                    models.CharField(
                        choices=[
                            ("none", "None"),
                            ("waiting", "Waiting"),
                            ("clean", "Clean"),
                            ("infected", "Infected"),
                        ],
                        default="none",
                        max_length=10,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["owner_kind", "owner_id", "uploaded_at"], name="files_file_owner"),
                    models.Index(
                        condition=models.Q(("scan", "waiting")), fields=["uploaded_at"], name="files_waiting"
                    ),
                    models.Index(fields=["wrapped_by"], name="files_wrapped_by"),
                ],
            },
        ),
    ]
