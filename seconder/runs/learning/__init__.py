"""Learning: what people decided again and again becomes a proposal, which a person accepts or drops.

`past` reads what was decided, `finding` what repeats, `proposing` makes of it an exact change of the agent's file and
weighs it against what people approved. All of that is computed anew whenever somebody looks; what is stored (`models`)
holds no values: that something was found, and what a person made of it.
"""
