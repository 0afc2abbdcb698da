"""The browser: socket.io v4 with Rasa's event names, history, typing sign and state."""
