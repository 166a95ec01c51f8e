from seconder.events.catalogue import catalogue

catalogue(
    run__queued="A run was started and waits for a worker",
    run__running="A worker took the run up",
    run__waiting="The run is parked until a person decides or a time comes",
    run__succeeded="All steps are done",
    run__failed="A step failed and the run ended",
    run__rejected="A person said no and the run ended",
    run__canceled="The run was canceled",
    step__succeeded="A step is done",
    step__skipped="A step was skipped because its condition is false",
    step__failed="A step failed for good",
    step__again="A step is done once more, because a reviewer asked for changes",
    step__retrying="A step failed and is tried again later",
    step__rejected="A person rejected what the step wanted",
    effect__claimed="An effect is about to happen; its key is taken",
    effect__done="An effect has happened",
    effect__failed="An effect did not happen",
    proposal__found="People decided the same again and again, and a change of the agent is proposed",
    proposal__accepted="A person accepted a proposal; where it changes the agent's file, a version was published",
    proposal__dropped="A person dropped a proposal",
    effect__unknown="It is not known whether an effect happened; a person is asked",
)
