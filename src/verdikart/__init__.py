"""verdikart maps critical and strategic value chains for Norway or any other home."""

__version__ = "0.1.0"
