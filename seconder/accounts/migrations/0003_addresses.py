from django.conf import settings
from django.db import migrations


def believe(apps, _schema_editor):
    """Whoever is here already was let in by an operator: their address counts as theirs."""
    Person = apps.get_model("accounts", "Person")
    Address = apps.get_model("account", "EmailAddress")
    Address.objects.bulk_create(
        Address(user_id=person.pk, email=person.email.lower(), verified=True, primary=True)
        for person in Person.objects.filter(emailaddress=None).iterator()
    )


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0002_identity"),
        ("account", "0009_emailaddress_unique_primary_email"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(believe, migrations.RunPython.noop),
        # Sessions have a table of their own now; what the old one holds is nobody's any more.
        migrations.RunSQL("DROP TABLE IF EXISTS django_session", migrations.RunSQL.noop),
    ]
