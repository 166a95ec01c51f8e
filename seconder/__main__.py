"""`python -m seconder`: the command line."""

from seconder.cli import main

main()
