"""What the desk does: one file per concept, verbs inside, one transaction per call."""
