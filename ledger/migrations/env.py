"""Runs the migrations on the connection that `ledger.store.migrate` opened and locked."""

from alembic import context

from ledger.tables import metadata

# SQLite alters a table only by copying it, hence the batches.
context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
