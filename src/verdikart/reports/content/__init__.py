"""Templates of content: what stands in a document about one thing, in which order."""
