"""One module per provider: ``plan`` says what to fetch, ``read`` makes typed tables of the raw files.

A module is found by the name in the column ``adapter`` of ``feeds.csv``; see
:class:`verdikart.sources.model.Adapter` for what it must have.
"""
