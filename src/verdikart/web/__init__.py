"""The web application: pages, their twins and an interface for programs over saved mappings."""
