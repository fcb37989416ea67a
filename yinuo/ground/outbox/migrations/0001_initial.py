from django.db import migrations, models

import yinuo.facts.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.UUIDField(default=yinuo.facts.ids.new_id, primary_key=True, serialize=False)),
                ("case_id", models.UUIDField(db_index=True, null=True)),
                ("template", models.CharField(max_length=80)),
                ("channel", models.CharField(default="email", max_length=20)),
                ("subject_key_id", models.UUIDField()),
                ("to_ct", models.BinaryField()),
                ("subject_ct", models.BinaryField()),
                ("body_ct", models.BinaryField()),
                ("html_ct", models.BinaryField(null=True)),
                ("language", models.CharField(default="zh-hans", max_length=10)),
                ("message_id", models.CharField(max_length=200, unique=True)),
                ("created_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("written", "waiting to be sent"),
                            ("sending", "being sent"),
                            ("sent", "sent"),
                            ("doubtful", "perhaps sent"),
                            ("failed", "not deliverable"),
                        ],
                        default="written",
                        max_length=10,
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("next_at", models.DateTimeField()),
                ("claim", models.UUIDField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("data_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("problem", models.CharField(blank=True, max_length=80)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "written")),
                        fields=["next_at"],
                        name="outbox_letter_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("state", "sending")),
                        fields=["lease_until"],
                        name="outbox_letter_leased",
                    ),
                    models.Index(
                        condition=models.Q(("state", "doubtful")),
                        fields=["created_at"],
                        name="outbox_letter_doubtful",
                    ),
                ],
            },
        ),
    ]
