"""The business of the service desk: synchronous, no HTTP, no Rasa.

Enter through `desk.app.Desk`.
"""
