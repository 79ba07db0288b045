"""Runs the migrations on the connection that the store hands over; its transaction is the store's."""

from __future__ import annotations

from alembic import context

from marsad.store.tables import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
