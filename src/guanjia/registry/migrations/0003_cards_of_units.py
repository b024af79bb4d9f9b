from django.db import migrations


def cards_of_units(apps, schema_editor):
    """Each unit has the card that one set up today has: programmes serve it under that."""
    Unit, Subject = apps.get_model("registry", "Unit"), apps.get_model("registry", "Subject")
    columns = ("pk", "name", "place_id", "valid_from", "valid_to")
    units = Unit.objects.filter(subject__isnull=True).order_by("pk").values_list(*columns)
    Subject.objects.bulk_create(
        Subject(kind="unit", unit_id=pk, name=name, place_id=place, valid_from=since, valid_to=until)
        for pk, name, place, since, until in units
    )


class Migration(migrations.Migration):
    """Apart from the one before: PostgreSQL changes no table in a transaction that has rows of it to check."""

    dependencies = [("registry", "0002_unit_cards")]
    operations = [migrations.RunPython(cards_of_units, migrations.RunPython.noop, elidable=True)]
