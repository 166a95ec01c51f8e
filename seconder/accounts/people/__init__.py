"""The people of an organization: who is here, in which role; joining, changing, suspending, leaving, handing over."""
