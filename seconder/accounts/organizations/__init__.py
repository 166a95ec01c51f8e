"""An organization: founded, named, given a logo and settings, switched to. Its slug is for good."""
