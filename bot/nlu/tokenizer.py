"""Third step: words, cut by jieba with the telecom lexicon (`lexicon.txt`)."""

from __future__ import annotations

import logging
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

import jieba
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

LEXICON = Path(__file__).with_name("lexicon.txt")


class Segmenter:
    """A jieba of our own: jieba's module-level default is shared by the whole process."""

    def __init__(self, lexicon: Path = LEXICON) -> None:
        """Prepare for the given user dictionary; the files are read at the first sentence."""
        self._lexicon = lexicon
        self._jieba = jieba.Tokenizer()
        self._ready = False
        self._lock = threading.Lock()

    def words(self, text: str) -> list[tuple[str, int]]:
        """Cut a sentence into (word, start) pairs; blanks are no words."""
        self._load()
        return [(w, start) for w, start, _ in self._jieba.tokenize(text) if w.strip()]

    def frequency(self, word: str) -> int:
        """How common a word is in jieba's dictionary and the lexicon; 0 for no word."""
        self._load()
        return int(self._jieba.FREQ.get(word, 0) or 0)

    def _load(self) -> None:
        if self._ready:
            return
        with self._lock:
            if not self._ready:
                logging.getLogger("jieba").setLevel(logging.WARNING)
                self._jieba.initialize()
                self._jieba.load_userdict(str(self._lexicon))
                self._ready = True


@lru_cache(maxsize=1)
def shared_segmenter() -> Segmenter:
    """The process's segmenter; reading jieba's dictionary takes a second and 60 MB."""
    return Segmenter()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class TelecomTokenizer(Tokenizer):
    """Rasa tokenizer around `Segmenter`."""

    def __init__(self, config: dict[str, Any]) -> None:
        """Take Rasa's tokenizer settings; the lexicon is fixed."""
        super().__init__(config)
        self._segmenter = shared_segmenter()

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Settings every Rasa tokenizer must have."""
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
        }

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Cut one attribute of a message into tokens with their places in the text."""
        return [Token(w, start) for w, start in self._segmenter.words(message.get(attribute))]
