"""A sealed record never changes, whoever holds the connection."""

from django.db import migrations

MAKE = """
CREATE FUNCTION events_event_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% rows are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER events_event_immutable BEFORE UPDATE ON events_event FOR EACH ROW WHEN (OLD.seq IS NOT NULL) EXECUTE FUNCTION events_event_immutable();
"""
DROP = """
DROP TRIGGER events_event_immutable ON events_event;
DROP FUNCTION events_event_immutable();
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]

    operations = [migrations.RunSQL(MAKE, DROP)]
