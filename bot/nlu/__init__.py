"""Language understanding: one graph component per file, in the order of `config.yml`."""
