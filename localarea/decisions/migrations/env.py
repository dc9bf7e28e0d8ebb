"""Run the migrations inside the caller's transaction."""

from alembic import context

from localarea.decisions.record.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
