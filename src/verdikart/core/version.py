"""The version of the code, part of every manifest."""

VERSION = "0.1.0"
