"""The dialogue's hands: slots in → one desk call → utter_… out. One file per topic.

No wording (that is in domain.yml and, for diagnosis, in the desk's data), no SQL, no Rasa.
"""
