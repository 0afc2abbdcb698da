"""All tables of the desk together, and how the classes of `desk.model` map onto them."""

from functools import cache

from sqlalchemy.orm import registry

from desk.store import (
    billing_tables,
    change_tables,
    knowledge_tables,
    network_tables,
    review_tables,
    tables,
    visit_tables,
)

__all__ = ["map_classes", "metadata"]

metadata = tables.metadata
# Modules with tables only are named so that the schema knows them.
TABLE_MODULES = (
    tables,
    billing_tables,
    change_tables,
    knowledge_tables,
    network_tables,
    review_tables,
    visit_tables,
)


@cache
def map_classes() -> registry:
    """Teach SQLAlchemy the model's classes; done once per process, when a store is opened."""
    mapping = registry(metadata=metadata)
    for module in (tables, change_tables, visit_tables):
        for cls, table in module.CLASSES:
            mapping.map_imperatively(cls, table)
    return mapping
