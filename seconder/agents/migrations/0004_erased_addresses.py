"""Of a published version the file may change, and nothing else, in a transaction that takes an erased person's address
out of it."""

from django.db import migrations

RAISE = "RAISE EXCEPTION '% rows are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"
WITH = f"""
CREATE OR REPLACE FUNCTION agents_agentversion_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('seconder.erasing', true) = 'on'
    AND (NEW.id, NEW.agent_id, NEW.number, NEW.digest, NEW.author_id, NEW.created_at)
      = (OLD.id, OLD.agent_id, OLD.number, OLD.digest, OLD.author_id, OLD.created_at) THEN
    RETURN NEW;
  END IF;
  {RAISE}
END $$;
"""
WITHOUT = f"""
CREATE OR REPLACE FUNCTION agents_agentversion_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  {RAISE}
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("agents", "0003_file_in_its_order")]

    operations = [migrations.RunSQL(WITH, WITHOUT)]
