"""A line of the register never changes."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER telemetry_release_immutable BEFORE UPDATE ON telemetry_release
  FOR EACH ROW EXECUTE FUNCTION privacy_immutable();
"""


class Migration(migrations.Migration):

    dependencies = [("telemetry", "0001_initial"), ("privacy", "0002_immutable")]

    operations = [
        migrations.RunSQL(FORWARD, "DROP TRIGGER telemetry_release_immutable ON telemetry_release")
    ]
