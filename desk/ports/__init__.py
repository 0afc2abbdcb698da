"""What the desk needs from outside, as small protocols.

Embedded implementations live in the store.
"""
