#!/usr/bin/env python3
"""Django's own command line, for makemigrations and the like."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seconder.settings")
    from django.core.management import execute_from_command_line

    from seconder.core import sockets

    sockets.install()

    execute_from_command_line(sys.argv)
