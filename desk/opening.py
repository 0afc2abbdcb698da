"""How a process or command opens the desk: on a migrated database, or one line and exit code 2."""

import sys
from typing import NoReturn

from sqlalchemy.exc import OperationalError

from desk.app import Desk
from desk.model.errors import BadData
from desk.settings import load_settings
from desk.store.schema import is_current


def open_desk() -> Desk:
    """The desk of this installation; ends the process with one line when it cannot be opened."""
    try:
        desk = Desk.open(load_settings())
    except BadData as error:
        refuse(str(error))
    try:
        current = is_current(desk.store.engine)
    except OperationalError as error:
        refuse(unreachable(desk, error))
    if not current:
        refuse("数据库还没有升级到当前版本，请先运行：xiaotong db migrate")
    return desk


def unreachable(desk: Desk, error: OperationalError) -> str:
    """One line for a database that cannot be opened; the password is not shown."""
    address = desk.store.engine.url.render_as_string(hide_password=True)
    reason = str(error.orig).strip().splitlines()[0]
    return f"数据库打不开（{address}）：{reason}；请检查 XIAOTONG_DATABASE_URL 和数据库服务"


def refuse(reason: str) -> NoReturn:
    print(f"✗ {reason}", file=sys.stderr)
    sys.exit(2)
