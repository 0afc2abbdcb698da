"""All tables of the desk together, and how the classes of `desk.model` map onto them."""

from functools import cache

from sqlalchemy.orm import registry

from desk.store import (
    archive_tables,
    audit_tables,
    billing_tables,
    call_tables,
    change_tables,
    console_tables,
    handoff_tables,
    incident_tables,
    knowledge_tables,
    link_tables,
    network_tables,
    notice_tables,
    review_tables,
    routing_tables,
    staff_tables,
    survey_tables,
    tables,
    team_tables,
    ticket_tables,
    timer_tables,
    visit_tables,
    wechat_tables,
    wecom_tables,
)

__all__ = ["map_classes", "metadata"]

metadata = tables.metadata
# Modules with tables only are named so that the schema knows them.
TABLE_MODULES = (
    tables,
    archive_tables,
    audit_tables,
    billing_tables,
    call_tables,
    change_tables,
    console_tables,
    handoff_tables,
    incident_tables,
    knowledge_tables,
    link_tables,
    network_tables,
    notice_tables,
    review_tables,
    routing_tables,
    staff_tables,
    survey_tables,
    team_tables,
    ticket_tables,
    timer_tables,
    visit_tables,
    wechat_tables,
    wecom_tables,
)


@cache
def map_classes() -> registry:
    """Teach SQLAlchemy the model's classes; done once per process, when a store is opened."""
    mapping = registry(metadata=metadata)
    for module in TABLE_MODULES:
        for cls, table in getattr(module, "CLASSES", ()):
            mapping.map_imperatively(cls, table)
    return mapping
