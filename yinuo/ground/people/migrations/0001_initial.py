import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import yinuo.facts.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="TreeMark",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("mark", models.UUIDField()),
            ],
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                ("id", models.UUIDField(default=yinuo.facts.ids.new_id, primary_key=True, serialize=False)),
                (
                    "code",
                    models.CharField(
                        max_length=80,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("\\A[A-Za-z0-9._:/-]{1,80}\\Z")],
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        max_length=80,
                        validators=[django.core.validators.RegexValidator("\\A[A-Za-z0-9._:/-]{1,80}\\Z")],
                    ),
                ),
                ("layer", models.CharField(blank=True, max_length=80)),
                ("name_zh_hans", models.CharField(max_length=200)),
                ("name_en", models.CharField(blank=True, max_length=200)),
                ("name_zh_hant", models.CharField(blank=True, max_length=200)),
                ("opened_on", models.DateField()),
                ("closed_on", models.DateField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("id", models.UUIDField(default=yinuo.facts.ids.new_id, primary_key=True, serialize=False)),
                (
                    "username",
                    models.CharField(
                        max_length=64,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator("\\A[a-z0-9][a-z0-9._@-]{1,63}\\Z")
                        ],
                    ),
                ),
                ("staff_number", models.CharField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=100)),
                ("language", models.CharField(default="zh-hans", max_length=10)),
                ("is_active", models.BooleanField(default=True)),
                ("password_set_at", models.DateTimeField(blank=True, null=True)),
                ("second_factor", models.BooleanField(default=False)),
                ("must_change_password", models.BooleanField(default=False)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("username", django.db.models.functions.text.Lower("username"))),
                        name="people_username_small",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SignInFailure",
            fields=[
                ("id", models.UUIDField(default=yinuo.facts.ids.new_id, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["key", "at"], name="people_failure_key_at"),
                    models.Index(fields=["at"], name="people_failure_at"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("id", models.UUIDField(default=yinuo.facts.ids.new_id, primary_key=True, serialize=False)),
                (
                    "role",
                    models.CharField(
                        max_length=80,
                        validators=[django.core.validators.RegexValidator("\\A[A-Za-z0-9._:/-]{1,80}\\Z")],
                    ),
                ),
                (
                    "deputy_for",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deputies",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="postings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="postings", to="people.unit"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["unit", "role"], name="people_posting_unit_role")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="people_posting_lasts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("deputy_for", None),
                            models.Q(
                                ("valid_to__isnull", False),
                                models.Q(("deputy_for", models.F("user")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="people_deputy_ends_and_is_another",
                    ),
                    models.UniqueConstraint(
                        fields=("user", "role", "unit", "valid_from"), name="people_posting_begins_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitPlace",
            fields=[
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("id", models.UUIDField(default=yinuo.facts.ids.new_id, primary_key=True, serialize=False)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.unit",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="places", to="people.unit"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "valid_from"), name="people_place_begins_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("valid_to", None)),
                        fields=("unit",),
                        name="people_place_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="people_place_lasts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unit", models.F("parent")), _negated=True),
                        name="people_place_not_under_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StaffSession",
            fields=[
                (
                    "session_key",
                    models.CharField(
                        max_length=40, primary_key=True, serialize=False, verbose_name="session key"
                    ),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("signed_in_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("address", models.CharField(blank=True, max_length=45)),
                ("device", models.CharField(blank=True, max_length=300)),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["person", "expire_date"], name="people_session_person")],
            },
        ),
        migrations.CreateModel(
            name="PasswordUsed",
            fields=[
                ("id", models.UUIDField(default=yinuo.facts.ids.new_id, primary_key=True, serialize=False)),
                ("password", models.CharField(max_length=128)),
                ("at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passwords_used",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="user",
            name="closes_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="StaffProposal",
            fields=[
                ("id", models.UUIDField(default=yinuo.facts.ids.new_id, primary_key=True, serialize=False)),
                (
                    "what",
                    models.CharField(
                        choices=[("appoint", "a posting"), ("reopen", "to open the account again")],
                        max_length=10,
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        max_length=80,
                        validators=[django.core.validators.RegexValidator("\\A[A-Za-z0-9._:/-]{1,80}\\Z")],
                    ),
                ),
                ("valid_from", models.DateField(null=True)),
                ("valid_to", models.DateField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("waiting", "to be decided"),
                            ("accepted", "accepted"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_needed", "not needed"),
                            ("wrong_person", "not this person"),
                            ("wrong_place", "not this role or unit"),
                            ("wrong_days", "not on these days"),
                        ],
                        max_length=20,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "deputy_for",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.unit",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("by", models.F("user")), _negated=True),
                        name="people_proposal_not_about_oneself",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "waiting"), ("unit__isnull", False)),
                        fields=("user", "what", "role", "unit"),
                        name="people_proposal_waits_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "waiting"), ("unit", None)),
                        fields=("user", "what"),
                        name="people_reopening_waits_once",
                    ),
                ],
            },
        ),
    ]
