"""The shapes of answers; each reads what the pages' selectors return."""
