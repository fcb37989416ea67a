from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from yinuo.facts import guards


def place_guards(apps: Any, schema_editor: Any) -> None:
    guards.place(schema_editor.connection)
    if schema_editor.connection.vendor == "postgresql":
        # Rows live here for milliseconds: without frequent vacuum the sequencer would walk over their remains.
        schema_editor.execute(
            "ALTER TABLE facts_pending SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)"
        )


def lift_guards(apps: Any, schema_editor: Any) -> None:
    guards.lift(schema_editor.connection)


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("chain", models.CharField(max_length=64)),
                ("count", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("root", models.CharField(max_length=64)),
                ("seal", models.CharField(max_length=128)),
                ("signature", models.CharField(max_length=64)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Tile",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("root", models.CharField(max_length=64)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Stamp",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("stated", models.TextField()),
                ("token", models.BinaryField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Fact",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=80)),
                ("case_id", models.UUIDField(null=True)),
                ("unit_id", models.UUIDField(null=True)),
                ("by_id", models.UUIDField(null=True)),
                ("occurred_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("body", models.TextField()),
                ("digest", models.CharField(max_length=64)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Position",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("chain", models.CharField(max_length=64)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Pending",
            fields=[
                (
                    "fact",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="facts.fact",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(
                condition=models.Q(("case_id__isnull", False)),
                fields=["case_id", "id"],
                name="facts_of_a_case",
            ),
        ),
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(fields=["kind", "occurred_at"], name="facts_of_a_kind"),
        ),
        migrations.AddField(
            model_name="position",
            name="fact",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="position",
                to="facts.fact",
            ),
        ),
        migrations.RunPython(place_guards, lift_guards),
    ]
