from django.db import models

from seconder.core.ids import new_id


class DataKey(models.Model):
    """The key under which one person's (or one organization's) free text is written. Deleting it erases the text."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner_id = models.UUIDField(unique=True)
    wrapped = models.BinaryField()

    def __str__(self) -> str:
        return f"data key of {self.owner_id}"
