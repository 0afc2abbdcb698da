"""Long tests against failure: `make soak`. Their short forms are in the suite."""
