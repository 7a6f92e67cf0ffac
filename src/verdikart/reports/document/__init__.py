"""The document between a mapping and its formats: built once, written by thin writers."""
