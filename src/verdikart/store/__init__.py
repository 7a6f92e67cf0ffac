"""The embedded data: snapshot, manifest, and the engine that reads them."""
