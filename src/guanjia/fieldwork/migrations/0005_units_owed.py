"""Until now a duty for each unit was owed by that unit."""

from django.db import migrations
from django.db.models import F


def units_owed(apps, schema_editor):
    task = apps.get_model("fieldwork", "Task")
    task.objects.filter(unit__isnull=False).update(owner_unit_id=F("unit_id"))


class Migration(migrations.Migration):
    dependencies = [("fieldwork", "0004_task_owners")]
    operations = [migrations.RunPython(units_owed, migrations.RunPython.noop, elidable=True)]
