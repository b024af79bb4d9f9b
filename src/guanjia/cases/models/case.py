from __future__ import annotations

from datetime import UTC, datetime

from django.db import models
from django.db.models import Q
from django.utils.timezone import get_default_timezone, localtime
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.codes import ledger_number

#: The due moment of a case without a running limit: it sorts last, and pages by key need no nulls.
NEVER = datetime(9999, 1, 1, tzinfo=UTC)

OPEN = Q(closed_at__isnull=True)
NAMED = Q(holder_officer__isnull=False)
#: Somebody must rule on it: a request is pending, or it is frozen until an arbiter designates.
UNDECIDED = ~Q(pending="") | Q(frozen=True)


class Channel(models.TextChoices):
    WEB = "web", _("Web page")
    CARD = "card", _("Steward's card")
    VISIT = "visit", _("Visit")
    HOTLINE = "hotline", _("Hotline")
    GATE_BOOK = "gate_book", _("Gate book")
    IMPORT = "import", _("Import")
    OPEN311 = "open311", "Open311"
    API = "api", _("Another system")
    MEETING = "meeting", _("Meeting")
    CHILD = "child", _("Part of another case")


#: `Channel.values` is made anew each time.
CHANNELS = frozenset(Channel.values)


class Case(models.Model):
    """One matter. What it says never changes; where it stands is the fold of its events, written down here
    so that lists need no fold."""

    version = models.ForeignKey("programmes.ProgrammeVersion", models.PROTECT, related_name="+")
    channel = models.CharField(max_length=16, choices=Channel.choices)
    title = models.CharField(max_length=120)
    text = models.TextField()
    category = models.CharField(max_length=40)
    emergency = models.BooleanField(default=False)
    #: Whether the asker agreed to the public ledger showing it (without who and where exactly).
    public = models.BooleanField(default=True)

    place = models.ForeignKey("registry.Place", models.PROTECT, null=True, related_name="+")
    place_path = models.CharField(max_length=120, blank=True, default="")
    street = models.ForeignKey("registry.Place", models.PROTECT, null=True, related_name="+", db_index=False)
    community = models.ForeignKey("registry.Place", models.PROTECT, null=True, related_name="+", db_index=False)
    grid = models.ForeignKey("registry.Place", models.PROTECT, null=True, related_name="+", db_index=False)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    address = models.CharField(max_length=200, blank=True, default="")
    subject = models.ForeignKey("registry.Subject", models.PROTECT, null=True, related_name="+", db_index=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts")

    #: When it happened; when it was written down (paper forms are keyed in later); when it entered the
    #: ledger.
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    registered_at = models.DateTimeField()
    idempotency_key = models.CharField(max_length=80, null=True, unique=True)

    # The fold of the events (`cases.projection`).
    seq = models.PositiveIntegerField()
    status = models.CharField(max_length=16)
    outcome = models.CharField(max_length=16, blank=True, default="")
    confirmed = models.BooleanField(default=False)
    tier = models.CharField(max_length=40, blank=True, default="")
    holder_unit = models.ForeignKey("registry.Unit", models.PROTECT, related_name="+", db_index=False)
    holder_officer = models.ForeignKey("registry.Officer", models.PROTECT, null=True, related_name="+", db_index=False)
    desk_unit = models.ForeignKey("registry.Unit", models.PROTECT, related_name="+", db_index=False)
    sealed_to = models.ForeignKey("registry.Unit", models.PROTECT, null=True, related_name="+", db_index=False)
    due_at = models.DateTimeField(default=NEVER)
    due_kind = models.CharField(max_length=16, blank=True, default="")
    due_estimated = models.BooleanField(default=False)
    late = models.BooleanField(default=False)
    frozen = models.BooleanField(default=False)
    waiting = models.BooleanField(default=False)
    #: Requests that wait for a ruling, e.g. "extension return".
    pending = models.CharField(max_length=80, blank=True, default="")
    returns = models.PositiveSmallIntegerField(default=0)
    redone = models.PositiveSmallIntegerField(default=0)
    contested = models.PositiveSmallIntegerField(default=0)
    escalations = models.PositiveSmallIntegerField(default=0)
    orders = models.PositiveSmallIntegerField(default=0)
    satisfaction = models.PositiveSmallIntegerField(null=True)
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            # Work lists: what is open, by due moment, for one officer, one unit, one place, or the district.
            # Without the cases that no officer holds by name: SQLite would look for these here, and sort them all.
            models.Index(fields=["holder_officer", "due_at", "id"], name="case_work_named", condition=OPEN & NAMED),
            models.Index(fields=["holder_unit", "due_at", "id"], name="case_work_unit", condition=OPEN),
            models.Index(fields=["street", "due_at", "id"], name="case_work_street", condition=OPEN),
            models.Index(fields=["community", "due_at", "id"], name="case_work_community", condition=OPEN),
            models.Index(fields=["status", "due_at", "id"], name="case_work_status", condition=OPEN),
            models.Index(fields=["due_at", "id"], name="case_work", condition=OPEN),
            models.Index(fields=["due_at", "id"], name="case_undecided", condition=OPEN & UNDECIDED),
            # The ledger: newest first, narrowed to a place, a unit, a category.
            models.Index(fields=["street", "-id"], name="case_street"),
            models.Index(fields=["community", "-id"], name="case_community"),
            models.Index(fields=["grid", "-id"], name="case_grid"),
            models.Index(fields=["holder_unit", "-id"], name="case_unit"),
            models.Index(fields=["category", "-id"], name="case_category"),
            models.Index(fields=["subject", "-id"], name="case_subject"),
            models.Index(fields=["registered_at"], name="case_registered"),
            # SQLite finds an index in the words "is not null", not in "not (is null)".
            models.Index(fields=["closed_at"], name="case_closed_at", condition=Q(closed_at__isnull=False)),
            models.Index(fields=["sealed_to", "-id"], name="case_sealed", condition=Q(sealed_to__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The ledger number: derived from the row, so that intake waits for no counter."""
        return ledger_number(localtime(self.registered_at, get_default_timezone()).year, self.pk)

    @property
    def open(self) -> bool:
        return self.closed_at is None


class Asker(models.Model):
    """One person who asked. Several may share a case (+1), each with a follow-up of their own."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="askers")
    contact = models.ForeignKey("registry.Contact", models.PROTECT, related_name="+")
    is_first = models.BooleanField()
    channel = models.CharField(max_length=16, choices=Channel.choices)
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "contact"], name="asker_once")]

    def __str__(self) -> str:
        return f"{self.case_id}:{self.contact_id}"


class CaseUnit(models.Model):
    """Units that have or had a part in a case, and so may see it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="units", db_index=False)
    unit = models.ForeignKey("registry.Unit", models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "unit"], name="case_unit_once")]
        indexes = [models.Index(fields=["unit", "case"], name="caseunit_unit")]

    def __str__(self) -> str:
        return f"{self.case_id}:{self.unit_id}"


class Upload(models.Model):
    """A photo or file from people, as `cases.uploads` checked and re-encoded it."""

    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=120)
    file = models.FileField(upload_to="documents/%Y/%m/%d")
    thumbnail = models.FileField(upload_to="documents/%Y/%m/%d", blank=True)
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        abstract = True


class Document(Upload):
    """A photo or file of a case. `event_seq` says which line of the ledger it belongs to."""

    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="documents")
    event_seq = models.PositiveIntegerField(null=True)
    public = models.BooleanField(default=False)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.JSONField()

    def __str__(self) -> str:
        return self.name
