"""The conversational side: the only package that imports Rasa, importing nothing else of ours."""
