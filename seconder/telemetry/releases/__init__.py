"""The register of releases, and numbers that are handed to others."""
