from django_scopes import scopes_disabled

from seconder.accounts.models import InvitationList
from seconder.core.json import JSON


def forget_address(address: str) -> list[str]:
    """Takes the lines that name it out of the lists of others, which are sealed whole; the tables that changed."""
    changed = []
    with scopes_disabled():
        for each in InvitationList.objects.select_for_update():
            lines = each.lines if isinstance(each.lines, list) else []
            kept = [line for line in lines if not _names(line, address)]
            if len(kept) < len(lines):
                each.done = sum(1 for line in lines[: each.done] if not _names(line, address))
                each.lines, each.total = kept, len(kept)
                each.save(update_fields=["lines", "total", "done"])
                changed = ["accounts.invitationlist"]
    return changed


def _names(line: JSON, address: str) -> bool:
    """What was said of the line may name the address as well, so the whole line goes."""
    return isinstance(line, dict) and str(line.get("email", "")).strip().lower() == address.lower()
