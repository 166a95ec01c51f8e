from seconder.events.catalogue import catalogue

catalogue(
    agent__published="A version of an agent was published",
)
