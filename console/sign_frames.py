"""Signs as consoles get them: pushed beside the journal, and with a conversation."""

from desk.model.console import SignNow


def sign_frame(sign: SignNow) -> dict[str, object]:
    """Without an id: a sign is of now, nobody reads on from it."""
    return {
        "type": "sign",
        "conversation_id": sign.conversation_id,
        "typing": sign.typing,
        "read_to": sign.read_to,
    }
