"""The seven steps: the one place where data and computation meet."""
