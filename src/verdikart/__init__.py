"""verdikart maps critical and strategic value chains for Norway or any other home.

>>> import verdikart as vk
>>> vk.mix("NOR", "HS92:260200", 2022)["top_supplier"]
'GAB'
"""

from typing import TYPE_CHECKING, Any

from verdikart.core import version

if TYPE_CHECKING:
    from verdikart import criticality
    from verdikart.api import (
        Library,
        Mapping,
        Parameters,
        chain,
        dependency,
        explain,
        map_home,
        mix,
    )
    from verdikart.core.errors import VerdikartError

__version__ = version.VERSION

__all__ = [
    "Library",
    "Mapping",
    "Parameters",
    "VerdikartError",
    "__version__",
    "chain",
    "criticality",
    "dependency",
    "explain",
    "map_home",
    "mix",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    """Import the library on first use, so that importing the package costs next to nothing."""
    if name == "VerdikartError":
        from verdikart.core.errors import VerdikartError

        return VerdikartError
    if name == "criticality":
        from importlib import import_module

        return import_module("verdikart.criticality")
    if name in __all__:
        from verdikart import api

        return getattr(api, name)
    raise AttributeError(f"module 'verdikart' has no attribute {name!r}")
