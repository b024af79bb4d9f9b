"""All tables of the room at once, for a database that has none of them: a third of the time. A district that was set up
before goes the way of the single changes, which come to the same (`cli/tests/test_migrate.py`)."""

import django.db.models.deletion
from django.db import migrations, models

import guanjia.kernel.secrets


class Migration(migrations.Migration):
    replaces = [("notices", "0001_initial"), ("notices", "0002_asker_language")]

    initial = True

    dependencies = [
        ("cases", "0006_received"),
        ("registry", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("event_seq", models.BigIntegerField()),
                ("verb", models.CharField(max_length=40)),
                ("kind", models.CharField(max_length=80)),
                (
                    "urgency",
                    models.PositiveSmallIntegerField(choices=[(0, "ROUTINE"), (1, "PRESSING"), (2, "EMERGENCY")]),
                ),
                ("text", models.TextField()),
                ("params", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="registry.contact",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.officer",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("read_at__isnull", True)), fields=["officer"], name="notice_unread"
                    ),
                    models.Index(
                        condition=models.Q(("officer__isnull", False)),
                        fields=["officer", "-id"],
                        name="notice_of_officer",
                    ),
                    models.Index(
                        condition=models.Q(("contact__isnull", False)),
                        fields=["contact", "-id"],
                        name="notice_of_contact",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("contact__isnull", True), ("officer__isnull", False)),
                            models.Q(("contact__isnull", False), ("officer__isnull", True)),
                            _connector="OR",
                        ),
                        name="notice_of_one_reader",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("contact__isnull", True), ("case__isnull", False), _connector="OR"),
                        name="notice_to_asker_has_case",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("case__isnull", False), ("officer__isnull", False)),
                        fields=("case", "event_seq", "kind", "officer"),
                        name="notice_officer_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("contact__isnull", False)),
                        fields=("case", "event_seq", "kind", "contact"),
                        name="notice_asker_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("case__isnull", True)),
                        fields=("officer", "event_seq", "kind"),
                        name="notice_news_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "channel",
                    models.CharField(
                        choices=[("mail", "Mail"), ("sms", "Text message"), ("webhook", "Group chat")], max_length=8
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting to be sent"),
                            ("sent", "Sent"),
                            ("failed", "Failed, will be tried again"),
                            ("given_up", "Given up"),
                            ("skipped", "Not sent"),
                        ],
                        max_length=8,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(null=True)),
                ("error", models.CharField(blank=True, default="", max_length=300)),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "notice",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="notices.notice",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_try_at__isnull", False)),
                        fields=["next_try_at", "id"],
                        name="delivery_pending",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["failed", "given_up"])),
                        fields=["channel", "id"],
                        name="delivery_failing",
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("notice", "channel"), name="delivery_once")],
            },
        ),
        migrations.CreateModel(
            name="Preference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "channel",
                    models.CharField(
                        choices=[("mail", "Mail"), ("sms", "Text message"), ("webhook", "Group chat")], max_length=8
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[("at_once", "At once"), ("digest", "One mail each working morning"), ("off", "Off")],
                        max_length=8,
                    ),
                ),
                ("address", guanjia.kernel.secrets.EncryptedTextField(blank=True, default="")),
                ("quiet_from", models.TimeField(null=True)),
                ("quiet_until", models.TimeField(null=True)),
                (
                    "contact",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="registry.contact",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="registry.officer",
                    ),
                ),
                ("language", models.CharField(blank=True, default="", max_length=10)),
            ],
            options={
                "indexes": [models.Index(fields=["mode", "channel"], name="preference_mode")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("contact__isnull", True), ("officer__isnull", False)),
                            models.Q(("contact__isnull", False), ("officer__isnull", True)),
                            _connector="OR",
                        ),
                        name="preference_of_one_reader",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("officer__isnull", False)),
                        fields=("officer", "channel"),
                        name="preference_officer_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("contact__isnull", False)),
                        fields=("contact", "channel"),
                        name="preference_contact_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quiet_from__isnull", True), ("quiet_until__isnull", True)),
                            models.Q(("quiet_from__isnull", False), ("quiet_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="preference_quiet_has_both_ends",
                    ),
                ],
            },
        ),
    ]
