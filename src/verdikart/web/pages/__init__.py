"""One module a page: a builder from a request to the page object."""
