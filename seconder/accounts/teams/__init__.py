"""Teams: named groups of members, to which reviews are assigned. Who leads one says who is in it."""
