from seconder.events.catalogue import catalogue

catalogue(
    membership__mail_resumed="Mail to a member, whose address was left alone, is sent again",
)
