"""One folder per channel: `channel.py` (routes, I/O), `codec.py` (payload ⇄ message, pure)."""
