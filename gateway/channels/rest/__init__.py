"""Rasa's REST channel, for any Rasa client, test tool or script."""
