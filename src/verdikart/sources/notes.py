"""Notes on what an adapter left out or found odd, in the language of whoever reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from verdikart.reference.i18n import Lang, translator


class Note(str):
    """A text in English, made from a message of the catalogue and the values in it.

    >>> note = Note("Left out: {codes}.", codes="I44")
    >>> note, note.said("nb")
    ('Left out: I44.', 'Utelatt: I44.')
    """

    __slots__ = ("message", "values")
    message: str
    values: Mapping[str, str]

    def __new__(cls, message: str, **values: object) -> Self:
        """Fill the message."""
        told = {name: str(value) for name, value in values.items()}
        made = super().__new__(cls, message.format(**told))
        made.message, made.values = message, told
        return made

    def said(self, lang: Lang) -> str:
        """The text in a language."""
        return translator(lang)(self.message).format(**self.values)


class Quote(Note):
    """A text of the provider or the user, in English and, where they have it, in Norwegian."""

    __slots__ = ()

    def __new__(cls, en: str, nb: str = "") -> Self:
        """Keep the text as it is."""
        return super().__new__(cls, "{en}", en=en, nb=nb or en)

    def said(self, lang: Lang) -> str:
        """The text in a language."""
        return self.values[lang]


def kept(note: Note) -> dict[str, Any]:
    """A note as manifests keep it."""
    return {"message": note.message, "values": dict(note.values)}


def read(content: Mapping[str, Any]) -> Note:
    """A note from a manifest. Raises LookupError or TypeError where it is none."""
    message, values = content["message"], content["values"]
    if message == "{en}":
        return Quote(**values)
    return Note(message, **values)
