"""Where the data come from: a registry of feeds and one small adapter each; the one layer with a network."""
