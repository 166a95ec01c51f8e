from seconder.events.catalogue import catalogue

catalogue(
    review__opened="A review was opened and people were asked",
    review__voted="Somebody voted and the rule is not met yet",
    review__decided="The rule was met and the review closed",
    review__stage_began="The stage before was met and the next one's people are asked, or an edit began with the first",
    review__reassigned="Somebody who was asked is not there any more; others are asked in their place",
    review__delegated="Somebody who was asked gave the place to a colleague",
    review__given="Somebody's place was given to a colleague by who runs the organization or owns the agent",
    review__stood_in="Somebody who was asked is out of office; whoever stands in is asked",
    membership__away="A member said when they are out of office, and who stands in",
    membership__back="A member is not out of office after all",
    review__claimed="Somebody who is asked looks at it; the others see that",
    review__released="Whoever looked at it does so no more",
    review__reminded="Those who have not decided were reminded",
    review__escalated="More people were asked because time went by",
    review__expired="The due time passed and the named outcome took effect",
    allowance__given="Somebody allowed the like of an action that they approved, for a while",
    allowance__ended="An allowance ended before its time",
    second_look__opened="Something that happened without being asked for is looked at afterwards",
    second_look__answered="Somebody said whether what happened is fine",
    review__withdrawn="The review was withdrawn because its run ended",
)
