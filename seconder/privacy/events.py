from seconder.events.catalogue import catalogue

catalogue(
    agreement__recorded="A signed version of the organization's agreement was recorded",
    incident__opened="An incident was entered into the register",
    incident__noted="Something was added to an incident's history",
    incident__changed="What is known of an incident changed",
    incident__notified="Somebody was told of an incident",
    incident__closed="An incident was closed",
    incident__reopened="A closed incident was opened again",
    policy__published="A new version of the privacy policy was published",
)
