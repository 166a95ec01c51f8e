"""What the product costs and how fast it is, measured beside others. See README.md."""
