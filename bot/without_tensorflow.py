"""Keeps TensorFlow out of serving and training.

Rasa imports TensorFlow with its policies although no component of ours uses it: eight of
thirteen seconds of every start and half of the memory. The modules Rasa takes from it only serve
as base classes and type hints of components that are not in our pipeline, so empty classes do.
Whoever adds such a component (DIET, TED) must drop the calls in `bot/server.py` and `bot/train.py`:
the stand-ins raise as soon as anything real is asked of them. The stock pipeline, which is only
measured, is trained and run with the real thing.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

STANDING_IN = ("tensorflow", "keras", "tensorflow_addons")


class _StandInType(type):
    """A class whose every attribute is another such class: tf.keras.layers.Layer, tf.Tensor."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _stand_in(f"{cls.__qualname__}.{name}")

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        raise RuntimeError(f"{cls.__qualname__}: TensorFlow is not loaded in this process")


def _stand_in(name: str) -> Any:
    return _StandInType(name, (), {"__qualname__": name})


class _StandInModule(ModuleType):
    __version__ = "2.12.0"
    __path__: Sequence[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _stand_in(f"{self.__name__}.{name}")


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(
        self, fullname: str, path: Any = None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.split(".", maxsplit=1)[0] in STANDING_IN:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _StandInModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


def serve_without_tensorflow() -> None:
    """From now on `import tensorflow` gives stand-ins. Call before Rasa is imported."""
    if "tensorflow" not in sys.modules and not any(isinstance(f, _Finder) for f in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
