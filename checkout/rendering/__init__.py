"""Draw documents from their facts: the same facts give the same bytes. Loaded where a document is drawn only."""
