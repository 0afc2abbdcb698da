"""The outage feed taken over: what it says began, changed or is over, and nothing twice."""

import sqlalchemy as sa

from desk.model.incidents import OutageNews, ParentIncident, Source
from desk.ports.outage_feed import OutageFeed
from desk.services.incident_rows import open_orders
from desk.services.incidents import Incidents
from desk.store.incident_tables import incidents_table
from desk.store.unit_of_work import Store, Work


class OutageReader:
    def __init__(self, store: Store, feed: OutageFeed, incidents: Incidents) -> None:
        self._store, self._feed, self._incidents = store, feed, incidents

    def read(self) -> int:
        """Returns how many incidents began, changed or ended."""
        return sum(self._take(news) for news in self._feed.current())

    def _take(self, news: OutageNews) -> bool:
        with self._store.writing() as work:
            known = work.session.scalars(
                sa.select(ParentIncident)
                .where(incidents_table.c.external_id == news.external_id)
                .with_for_update()
            ).one_or_none()
            if known is None:
                return not news.recovered and self._begin(work, news)
            if known.recovered_at is not None:
                return False
            if news.recovered:
                self._incidents.end(work, known, "feed")
                return True
            return self._change(work, known, news)

    def _begin(self, work: Work, news: OutageNews) -> bool:
        self._incidents.begin(
            work,
            news.area,
            list(news.services),
            news.text,
            Source.FEED,
            actor="feed",
            expected_end=news.expected_end,
            external_id=news.external_id,
            orders=open_orders(work.session, news.area, news.services),
        )
        return True

    def _change(self, work: Work, known: ParentIncident, news: OutageNews) -> bool:
        if (known.text, known.expected_end) == (news.text, news.expected_end):
            return False
        known.text, known.expected_end = news.text, news.expected_end
        work.emit(
            "IncidentChanged",
            actor="feed",
            work_order=known.number,
            expected_end=news.expected_end.isoformat(),
        )
        return True
