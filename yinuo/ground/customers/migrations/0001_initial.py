import django.db.models.deletion
from django.db import migrations, models

import yinuo.facts.ids
import yinuo.ground.vault.sealed


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("vault", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Customer",
            fields=[
                ("id", models.UUIDField(default=yinuo.facts.ids.new_id, primary_key=True, serialize=False)),
                ("name_ct", models.BinaryField(null=True)),
                ("phone_ct", models.BinaryField(null=True)),
                ("email_ct", models.BinaryField(null=True)),
                ("language", models.CharField(default="zh-hans", max_length=10)),
                ("created_at", models.DateTimeField()),
                (
                    "key",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="customer",
                        to="vault.subjectkey",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Identity",
            fields=[
                ("id", models.UUIDField(default=yinuo.facts.ids.new_id, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("value_ct", models.BinaryField()),
                ("value_index", models.BinaryField(max_length=32)),
                ("indexed_by", models.PositiveIntegerField()),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="identities",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["value_index", "kind"], name="customers_identity_index"),
                    models.Index(fields=["indexed_by"], name="customers_identity_indexed_by"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                (
                    "customer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="erasure",
                        serialize=False,
                        to="customers.customer",
                    ),
                ),
                ("reason", models.CharField(max_length=40)),
                ("by", models.UUIDField(null=True)),
                ("at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="LegalHold",
            fields=[
                ("id", models.UUIDField(default=yinuo.facts.ids.new_id, primary_key=True, serialize=False)),
                ("reason", models.CharField(max_length=40)),
                ("until", models.DateField(null=True)),
                ("placed_by", models.UUIDField(null=True)),
                ("placed_at", models.DateTimeField()),
                ("lifted_by", models.UUIDField(null=True)),
                ("lifted_at", models.DateTimeField(null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="customers.customer",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Reveal",
            fields=[
                ("id", models.UUIDField(default=yinuo.facts.ids.new_id, primary_key=True, serialize=False)),
                ("case", models.UUIDField()),
                ("unit", models.UUIDField()),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("reason", models.CharField(max_length=40)),
                ("said", yinuo.ground.vault.sealed.SealedText(default=b"")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reveals",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["by", "at"], name="customers_reveal_by"),
                    models.Index(fields=["at", "id"], name="customers_reveal_at"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PersonExport",
            fields=[
                ("id", models.UUIDField(default=yinuo.facts.ids.new_id, primary_key=True, serialize=False)),
                ("case", models.UUIDField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("made", "Made"),
                            ("released", "Released"),
                            ("refused", "Refused"),
                            ("expired", "Expired"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("asked_by", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("made_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("password", yinuo.ground.vault.sealed.SealedText(default=b"")),
                ("told", models.JSONField(default=dict)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exports",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["expires_at"], name="customers_export_expires")],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.UUIDField(default=yinuo.facts.ids.new_id, primary_key=True, serialize=False)),
                ("purpose", models.CharField(max_length=40)),
                ("given", models.BooleanField()),
                ("source", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["customer", "purpose", "at"], name="customers_consent_said")
                ],
            },
        ),
        migrations.CreateModel(
            name="NameGram",
            fields=[
                ("id", models.UUIDField(default=yinuo.facts.ids.new_id, primary_key=True, serialize=False)),
                ("gram", models.PositiveIntegerField()),
                ("indexed_by", models.PositiveIntegerField()),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="name_grams",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["gram", "customer"], name="customers_name_gram"),
                    models.Index(fields=["indexed_by"], name="customers_name_gram_key"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ErasureRequest",
            fields=[
                ("id", models.UUIDField(default=yinuo.facts.ids.new_id, primary_key=True, serialize=False)),
                ("case", models.UUIDField()),
                (
                    "state",
                    models.CharField(
                        choices=[("asked", "Asked"), ("erased", "Erased"), ("refused", "Refused")],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("asked_by", models.UUIDField()),
                ("asked_at", models.DateTimeField()),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=40)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="erasure_requests",
                        to="customers.customer",
                    ),
                ),
            ],
        ),
    ]
