"""The customers' side: channels in, one turn at a time through Rasa, replies out by the outbox."""
