"""A published version never changes, whoever holds the connection."""

from django.db import migrations

MAKE = """
CREATE FUNCTION agents_agentversion_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% rows are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER agents_agentversion_immutable BEFORE UPDATE ON agents_agentversion FOR EACH ROW  EXECUTE FUNCTION agents_agentversion_immutable();
"""
DROP = """
DROP TRIGGER agents_agentversion_immutable ON agents_agentversion;
DROP FUNCTION agents_agentversion_immutable();
"""


class Migration(migrations.Migration):
    dependencies = [("agents", "0001_initial")]

    operations = [migrations.RunSQL(MAKE, DROP)]
