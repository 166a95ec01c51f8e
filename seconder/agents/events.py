from seconder.events.catalogue import catalogue

catalogue(
    agent__published="A version of an agent was published",
    agent__handed_over="An agent has another owner",
)
