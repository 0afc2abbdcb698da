"""The order board: a filtered page, counts by area, and what can be chosen. Read only."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desk.model.access import Sight
from desk.model.console import BoardFilter
from desk.model.numbers import find_number
from desk.model.work_orders import (
    KIND_LABELS,
    OPEN_STATES,
    PRIORITY_LABELS,
    STATE_LABELS,
    State,
    WorkOrder,
)
from desk.reports.sight import orders_seen
from desk.reports.work_orders import breached_among, customers_of, order_row
from desk.store.incident_tables import incidents_table
from desk.store.tables import bss_accounts, sla_clocks, work_orders_table
from desk.store.team_tables import team_members_table, teams_table
from desk.store.unit_of_work import Store

PAGE = 50


class OrderBoard:
    """Plain dictionaries in the shape of the console's JSON API."""

    def __init__(self, store: Store, categories: Sequence[str]) -> None:
        self._store, self._categories = store, tuple(categories)

    def page(self, chosen: BoardFilter, sight: Sight, number: int = 1) -> dict[str, Any]:
        """One page, newest first, and how many there are."""
        table, where = work_orders_table, [*_wanted(chosen), *orders_seen(sight)]
        with self._store.reading() as session:
            total = session.scalar(sa.select(sa.func.count()).select_from(table).where(*where))
            found = session.scalars(
                sa.select(WorkOrder)
                .where(*where)
                .order_by(table.c.id.desc())
                .limit(PAGE)
                .offset((number - 1) * PAGE)
            ).all()
            breached = breached_among(session, [order.number for order in found])
            _held = customers_of(session, found)  # or each row would ask for its own
            rows = [order_row(session, order, order.number in breached) for order in found]
        return {"orders": rows, "total": total or 0}

    def areas(self, sight: Sight) -> list[dict[str, Any]]:
        """Open and late orders and incidents of each area that is seen, the most first."""
        area = sa.func.coalesce(work_orders_table.c.area, "")
        is_open = work_orders_table.c.state.in_(OPEN_STATES)
        with self._store.reading() as session:
            count = sa.select(area, sa.func.count()).select_from(work_orders_table).group_by(area)
            opened = _counts(session, count.where(is_open))
            late = _counts(session, count.where(is_open, _late()))
            incidents = _counts(
                session,
                sa.select(incidents_table.c.area, sa.func.count())
                .where(incidents_table.c.recovered_at.is_(None))
                .group_by(incidents_table.c.area),
            )
        names = sorted({*opened, *incidents}, key=lambda one: (-opened.get(one, 0), one))
        return [
            {
                "area": name,
                "open": opened.get(name, 0),
                "overdue": late.get(name, 0),
                "incidents": incidents.get(name, 0),
            }
            for name in names
            if not (sight.areas and name) or name in sight.areas
        ]

    def choices(self) -> dict[str, Any]:
        """What the board can be narrowed down to, and to whom orders can be given."""
        with self._store.reading() as session:
            areas = session.scalars(
                sa.union(
                    sa.select(bss_accounts.c.area),
                    sa.select(work_orders_table.c.area).where(
                        work_orders_table.c.area.is_not(None)
                    ),
                )
            ).all()
            teams = session.execute(
                sa.select(teams_table.c.code, teams_table.c.name).order_by(teams_table.c.id)
            ).all()
            members = session.execute(
                sa.select(team_members_table.c.team, team_members_table.c.person).order_by(
                    team_members_table.c.id
                )
            ).all()
        return {
            "kinds": _labelled(KIND_LABELS),
            "states": _labelled(STATE_LABELS),
            "priorities": _labelled(PRIORITY_LABELS),
            "areas": sorted(areas),
            "categories": list(self._categories),
            "teams": [
                {"code": code, "name": name, "people": [p for team, p in members if team == code]}
                for code, name in teams
            ],
        }


def _labelled(labels: Mapping[Any, str]) -> list[dict[str, str]]:
    return [{"name": str(name), "label": label} for name, label in labels.items()]


def _counts(session: Session, query: sa.Select[Any, int]) -> dict[str, int]:
    return {row[0]: row[1] for row in session.execute(query)}


def _late() -> sa.ColumnElement[bool]:
    clocks = sla_clocks.c
    return sa.exists().where(
        clocks.subject == work_orders_table.c.number,
        clocks.breached_at.is_not(None),
        clocks.fulfilled_at.is_(None),
    )


def _wanted(chosen: BoardFilter) -> list[sa.ColumnElement[bool]]:
    table = work_orders_table.c
    where: list[sa.ColumnElement[bool]] = []
    if chosen.state == "open":
        where.append(table.state.in_(OPEN_STATES))
    elif chosen.state != "all":
        where.append(table.state == State(chosen.state))
    equal = ("kind", "area", "priority", "team")
    where += [table[name] == value for name in equal if (value := getattr(chosen, name))]
    if chosen.overdue:
        where.append(_late())
    if (number := find_number(chosen.query)) is not None:
        where.append(table.number == number)
    elif words := chosen.query.strip():
        where.append(
            sa.or_(
                table.number.contains(words.upper(), autoescape=True),
                table.contact_phone.contains(words, autoescape=True),
                table.description.contains(words, autoescape=True),
            )
        )
    return where
