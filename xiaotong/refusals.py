"""What the rules refuse, said to an operator at the command line."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer
from rich.console import Console

from desk.model.errors import (
    AttachmentRefused,
    IllegalTransition,
    NotYours,
    SurveyClosed,
    UnknownWorkOrder,
)

errors = Console(stderr=True, highlight=False, soft_wrap=True)


@contextmanager
def refusals(number: str) -> Iterator[None]:
    """What the rules refuse, as one line and exit code 2."""
    try:
        yield
    except UnknownWorkOrder:
        refuse(f"没有工单 {number}。")
    except IllegalTransition as error:
        refuse(f"不能这样流转：{error}")
    except NotYours as error:
        refuse(f"不由此人操作：{error}")
    except SurveyClosed:
        refuse(f"{number} 没有待处理的评价。")
    except AttachmentRefused as error:
        refuse(f"附件不能添加：{error}")


def refuse(text: str) -> NoReturn:
    errors.print(f"✗ {text}", style="red")
    raise typer.Exit(2)
