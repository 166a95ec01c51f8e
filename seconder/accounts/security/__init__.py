"""What happened to accounts: `observe` notes it; people see their own, admins that of their members, and what stands
out of it comes first."""

from seconder.accounts.security.noting import floods, observe

__all__ = ["floods", "observe"]
