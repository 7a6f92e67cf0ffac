"""Figures, errors, units and the indicator registry: the vocabulary every layer shares. No I/O."""
