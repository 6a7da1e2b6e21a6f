"""The schema's history, applied by alembic when a project is opened."""
