from seconder.events.catalogue import catalogue

catalogue(
    review__opened="A review was opened and people were asked",
    review__voted="Somebody voted and the rule is not met yet",
    review__decided="The rule was met and the review closed",
    review__reassigned="Somebody who was asked is not there any more; others are asked in their place",
    review__reminded="Those who have not decided were reminded",
    review__escalated="More people were asked because time went by",
    review__expired="The due time passed and the named outcome took effect",
    review__withdrawn="The review was withdrawn because its run ended",
)
