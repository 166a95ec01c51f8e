from seconder.events.catalogue import catalogue

catalogue(
    organization__created="An organization was founded",
    organization__renamed="An organization was given another name",
    organization__logo_changed="An organization was given a logo, or it was taken away",
    organization__factor_required="From now on every member needs a second factor",
    organization__factor_optional="A second factor is each member's own choice again",
    membership__created="A person became a member",
)
