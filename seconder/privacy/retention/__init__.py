"""The scheduler of retention: does what every app declared (`core.disposal`), writes down what went, and sees what is
late."""
