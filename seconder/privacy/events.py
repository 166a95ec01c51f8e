from seconder.events.catalogue import catalogue

catalogue(
    agreement__recorded="A signed version of the organization's agreement was recorded",
    request__opened="Somebody asked about their own data",
    request__acknowledged="It was said that a request about somebody's data has arrived",
    request__extended="The answer to a request about somebody's data was put off, with a reason",
    request__answered="A request about somebody's data was answered",
    request__refused="A request about somebody's data was refused, with a reason",
    matter__opened="What may be handed to an adviser, affiliate, buyer or helper was entered into the register",
    matter__approved="Somebody else agreed to a matter, or looked at an emergency",
    matter__handed_over="Something was handed over in a matter",
    matter__closed="A matter was closed",
    incident__opened="An incident was entered into the register",
    incident__noted="Something was added to an incident's history",
    incident__changed="What is known of an incident changed",
    incident__notified="Somebody was told of an incident",
    incident__closed="An incident was closed",
    incident__reopened="A closed incident was opened again",
    policy__published="A new version of the privacy policy was published",
)
