"""Keys say nothing by themselves; that one exists for an owner is known from the owner's own row."""

from seconder.core.vocabulary import declare

declare("core.DataKey", impersonal="id owner_id wrapped")
