"""Where the pages about privacy begin, for whoever runs an organization or the installation."""
