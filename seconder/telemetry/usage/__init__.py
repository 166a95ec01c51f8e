"""The operator's page of usage: of numbers that were let through, and nothing else."""
