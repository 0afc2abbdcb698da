"""The staff side: JSON and websocket API, and the console's pages once they are built."""
