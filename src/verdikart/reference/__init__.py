"""Reference tables: materials, products, codes, lists, countries, sources, words, figures."""
