from __future__ import annotations

from seconder.core.disposal import Disposal, declare_disposal

for _one in (
    Disposal("accounts.RepeatedCall", "24 h", ("at",)),
    Disposal("accounts.SignInLink", "24 h", ("expires_at",), days=0),
    Disposal("accounts.Session", "14 d idle, 90 d at most", ("expires_at",), days=0),
    Disposal("accounts.Letter", "until sent, 1 d at most", ("created_at",)),
    Disposal("accounts.Attempt", "1 d at most, as a keyed hash", ("expires",), days=0),
    Disposal("accounts.Invitation", "30 d after it has ended", ("accepted_at", "canceled_at", "expires_at")),
    Disposal("accounts.InvitationList", "30 d", ("created_at",)),
    Disposal("accounts.SecurityEvent", "180 d", ("at",)),
    Disposal("accounts.SecurityEvent", "30 d, cut to /24 or /48", ("at",), blanks={"network": ""}),
    Disposal("accounts.DayOff", "90 d after it ended", ("day",)),
    Disposal("accounts.Holiday", "90 d after it ended", ("day",)),
):
    declare_disposal(_one)
