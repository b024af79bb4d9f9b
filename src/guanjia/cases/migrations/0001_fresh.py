"""All tables of the room at once, for a database that has none of them: a third of the time. A district that was set up
before goes the way of the single changes, which come to the same (`cli/tests/test_migrate.py`)."""

import datetime
from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import guanjia.kernel.secrets

search = import_module("guanjia.cases.migrations.0002_search")


class Migration(migrations.Migration):
    replaces = [
        ("cases", "0001_initial"),
        ("cases", "0002_search"),
        ("cases", "0003_digest_of_record"),
        ("cases", "0004_work_indexes"),
        ("cases", "0005_rehearsal"),
        ("cases", "0006_received"),
    ]

    initial = True

    dependencies = [
        ("programmes", "0004_playbook_draft"),
        ("registry", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("web", "Web page"),
                            ("card", "Steward's card"),
                            ("visit", "Visit"),
                            ("hotline", "Hotline"),
                            ("gate_book", "Gate book"),
                            ("import", "Import"),
                            ("open311", "Open311"),
                            ("api", "Another system"),
                            ("meeting", "Meeting"),
                            ("child", "Part of another case"),
                        ],
                        max_length=16,
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("text", models.TextField()),
                ("category", models.CharField(max_length=40)),
                ("emergency", models.BooleanField(default=False)),
                ("public", models.BooleanField(default=True)),
                ("place_path", models.CharField(blank=True, default="", max_length=120)),
                ("lon", models.FloatField(null=True)),
                ("lat", models.FloatField(null=True)),
                ("address", models.CharField(blank=True, default="", max_length=200)),
                ("occurred_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("registered_at", models.DateTimeField()),
                ("idempotency_key", models.CharField(max_length=80, null=True, unique=True)),
                ("seq", models.PositiveIntegerField()),
                ("status", models.CharField(max_length=16)),
                ("outcome", models.CharField(blank=True, default="", max_length=16)),
                ("confirmed", models.BooleanField(default=False)),
                ("tier", models.CharField(blank=True, default="", max_length=40)),
                (
                    "due_at",
                    models.DateTimeField(default=datetime.datetime(9999, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                ),
                ("due_kind", models.CharField(blank=True, default="", max_length=16)),
                ("due_estimated", models.BooleanField(default=False)),
                ("late", models.BooleanField(default=False)),
                ("frozen", models.BooleanField(default=False)),
                ("waiting", models.BooleanField(default=False)),
                ("pending", models.CharField(blank=True, default="", max_length=80)),
                ("returns", models.PositiveSmallIntegerField(default=0)),
                ("redone", models.PositiveSmallIntegerField(default=0)),
                ("contested", models.PositiveSmallIntegerField(default=0)),
                ("escalations", models.PositiveSmallIntegerField(default=0)),
                ("orders", models.PositiveSmallIntegerField(default=0)),
                ("satisfaction", models.PositiveSmallIntegerField(null=True)),
                ("resolved_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("updated_at", models.DateTimeField()),
                (
                    "community",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.place",
                    ),
                ),
                (
                    "desk_unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.unit",
                    ),
                ),
                (
                    "grid",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.place",
                    ),
                ),
                (
                    "holder_officer",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.officer",
                    ),
                ),
                (
                    "holder_unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.unit",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="cases.case"
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.place"
                    ),
                ),
                (
                    "sealed_to",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.unit",
                    ),
                ),
                (
                    "street",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.place",
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.subject",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programmes.programmeversion"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=["holder_unit", "due_at", "id"],
                        name="case_work_unit",
                    ),
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=["street", "due_at", "id"],
                        name="case_work_street",
                    ),
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=["community", "due_at", "id"],
                        name="case_work_community",
                    ),
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=["status", "due_at", "id"],
                        name="case_work_status",
                    ),
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)), fields=["due_at", "id"], name="case_work"
                    ),
                    models.Index(fields=["street", "-id"], name="case_street"),
                    models.Index(fields=["community", "-id"], name="case_community"),
                    models.Index(fields=["grid", "-id"], name="case_grid"),
                    models.Index(fields=["holder_unit", "-id"], name="case_unit"),
                    models.Index(fields=["category", "-id"], name="case_category"),
                    models.Index(fields=["subject", "-id"], name="case_subject"),
                    models.Index(fields=["registered_at"], name="case_registered"),
                    models.Index(
                        condition=models.Q(("sealed_to__isnull", False)),
                        fields=["sealed_to", "-id"],
                        name="case_sealed",
                    ),
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True), ("holder_officer__isnull", False)),
                        fields=["holder_officer", "due_at", "id"],
                        name="case_work_named",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("closed_at__isnull", True),
                            models.Q(models.Q(("pending", ""), _negated=True), ("frozen", True), _connector="OR"),
                        ),
                        fields=["due_at", "id"],
                        name="case_undecided",
                    ),
                    models.Index(
                        condition=models.Q(("closed_at__isnull", False)), fields=["closed_at"], name="case_closed_at"
                    ),
                ],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Asker",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_first", models.BooleanField()),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("web", "Web page"),
                            ("card", "Steward's card"),
                            ("visit", "Visit"),
                            ("hotline", "Hotline"),
                            ("gate_book", "Gate book"),
                            ("import", "Import"),
                            ("open311", "Open311"),
                            ("api", "Another system"),
                            ("meeting", "Meeting"),
                            ("child", "Part of another case"),
                        ],
                        max_length=16,
                    ),
                ),
                ("joined_at", models.DateTimeField()),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.contact"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="askers", to="cases.case"
                    ),
                ),
            ],
            options={
                "indexes": [],
                "constraints": [models.UniqueConstraint(fields=("case", "contact"), name="asker_once")],
            },
        ),
        migrations.CreateModel(
            name="CaseUnit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="units",
                        to="cases.case",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.unit",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["unit", "case"], name="caseunit_unit")],
                "constraints": [models.UniqueConstraint(fields=("case", "unit"), name="case_unit_once")],
            },
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("event_seq", models.PositiveIntegerField(null=True)),
                ("kind", models.CharField(max_length=16)),
                ("name", models.CharField(max_length=120)),
                ("file", models.FileField(upload_to="documents/%Y/%m/%d")),
                ("thumbnail", models.FileField(blank=True, upload_to="documents/%Y/%m/%d")),
                ("content_type", models.CharField(max_length=80)),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("public", models.BooleanField(default=False)),
                ("uploaded_at", models.DateTimeField()),
                ("uploaded_by", models.JSONField()),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Clock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=40)),
                ("kind", models.CharField(max_length=16)),
                ("tier", models.CharField(blank=True, max_length=40)),
                ("limit", models.CharField(max_length=16)),
                ("started", models.DateTimeField()),
                ("pauses", models.JSONField(default=list)),
                ("stopped", models.DateTimeField(null=True)),
                ("fired", models.BooleanField(default=False)),
                ("warned", models.PositiveSmallIntegerField(default=0)),
                ("due", models.DateTimeField(null=True)),
                ("estimated", models.BooleanField(default=False)),
                ("next_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clocks",
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_at__isnull", False)), fields=["next_at", "id"], name="clock_next"
                    ),
                    models.Index(condition=models.Q(("stopped__isnull", True)), fields=["due"], name="clock_running"),
                ],
                "constraints": [models.UniqueConstraint(fields=("case", "key"), name="clock_once")],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq", models.PositiveIntegerField()),
                ("verb", models.CharField(max_length=32)),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("by", models.JSONField()),
                ("data", models.JSONField()),
                ("prev_hash", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
                ("key", models.CharField(max_length=80, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["recorded_at", "id"], name="event_recorded")],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "seq"), name="event_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("key__isnull", False)), fields=("case", "key"), name="event_key_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Digest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True)),
                ("events", models.PositiveIntegerField()),
                ("previous", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("audit_entries", models.PositiveBigIntegerField(default=0)),
                ("audit_seal", models.CharField(blank=True, default="", max_length=64)),
            ],
            options={
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Received",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("idempotency_key", models.CharField(max_length=80, null=True, unique=True)),
                ("received_at", models.DateTimeField()),
                ("by", models.JSONField()),
                ("content", guanjia.kernel.secrets.EncryptedTextField()),
                ("next_try_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("error", models.TextField(blank=True, default="")),
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
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.programmeversion",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_try_at__isnull", False)),
                        fields=["next_try_at", "id"],
                        name="received_waiting",
                    )
                ],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Rehearsal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.PositiveIntegerField()),
                ("plan", models.JSONField()),
                ("cases", models.PositiveIntegerField()),
                ("counted", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("tally", models.JSONField()),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.JSONField()),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="programmes.playbookdraft"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("finished_at__isnull", True)), fields=["id"], name="rehearsal_waiting"
                    ),
                    models.Index(fields=["draft", "-id"], name="rehearsal_of_draft"),
                ],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Duty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=40)),
                (
                    "place",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.place"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.unit"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["key"], name="duty_key")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("place__isnull", True)), fields=("key",), name="duty_once_in_district"
                    ),
                    models.UniqueConstraint(fields=("key", "place"), name="duty_once_in_place"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40)),
                ("query", models.CharField(max_length=500)),
                ("created_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [],
                "constraints": [models.UniqueConstraint(fields=("account", "name"), name="saved_view_once")],
            },
        ),
        migrations.RunPython(search.create, search.drop),
    ]
