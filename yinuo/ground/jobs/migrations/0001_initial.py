from django.db import migrations, models

import yinuo.facts.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Periodic",
            fields=[
                ("kind", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("next_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.UUIDField(default=yinuo.facts.ids.new_id, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=80)),
                ("arguments", models.JSONField(default=dict)),
                ("by", models.UUIDField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("running", "running"),
                            ("done", "done"),
                            ("failed", "failed"),
                            ("cancelled", "cancelled"),
                            ("dead", "given up"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("progress", models.PositiveBigIntegerField(default=0)),
                ("total", models.PositiveBigIntegerField(null=True)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("checkpoint", models.JSONField(default=dict)),
                ("result", models.JSONField(null=True)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("cancel_requested", models.BooleanField(default=False)),
                ("next_at", models.DateTimeField()),
                ("worker", models.CharField(blank=True, max_length=120)),
                ("claim", models.UUIDField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["next_at"], name="jobs_job_waiting"
                    ),
                    models.Index(
                        condition=models.Q(("state", "running")),
                        fields=["lease_until"],
                        name="jobs_job_leased",
                    ),
                    models.Index(
                        condition=models.Q(("state", "dead")),
                        fields=["created_at"],
                        name="jobs_job_given_up",
                    ),
                    models.Index(fields=["kind", "-created_at"], name="jobs_job_kind"),
                    models.Index(fields=["by", "-created_at"], name="jobs_job_by"),
                ],
            },
        ),
    ]
