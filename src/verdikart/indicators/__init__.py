"""Indicators: one file per family, each a pure function of evidence. Importing registers them."""

from verdikart.indicators import (
    advantage,
    alignment,
    amounts,
    concentration,
    criticality_figures,
    dependency,
    governance,
    reliance,
)

__all__ = [
    "advantage",
    "alignment",
    "amounts",
    "concentration",
    "criticality_figures",
    "dependency",
    "governance",
    "reliance",
]
