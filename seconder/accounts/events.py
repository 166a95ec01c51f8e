from seconder.events.catalogue import catalogue

catalogue(
    organization__created="An organization was founded",
    organization__renamed="An organization was given another name",
    organization__logo_changed="An organization was given a logo, or it was taken away",
    organization__factor_required="From now on every member needs a second factor",
    organization__factor_optional="A second factor is each member's own choice again",
    membership__created="A person became a member",
    membership__role_changed="A member was given another role",
    membership__suspended="A member was suspended: nothing opens to them until they are let in again",
    membership__reactivated="A suspended member was let in again",
    membership__removed="A member was removed",
    membership__left="A member left",
    membership__handed_over="What a member owned was handed over to another",
    key__handed_over="A service key acts for another member now",
    team__lead_changed="Somebody leads a team now, or does so no more",
    key__created="An API key was made",
    key__revoked="An API key was revoked",
)
