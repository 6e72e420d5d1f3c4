"""What staff tell the search, and the version that tells every process to read its words again."""

import uuid
from datetime import datetime

from django.db import transaction

from backmarket.core import audit
from backmarket.core.actors import Actor
from catalog.models import SearchBoost, SearchSynonym, SearchVersion
from catalog.search.vocabulary import forget_vocabulary


def note_search_change() -> None:
    """Write a new version of what searches are read by; called with every change of it."""
    version = uuid.uuid4()
    SearchVersion.objects.bulk_create(
        [SearchVersion(pk=1, version=version)],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["version"],
    )
    transaction.on_commit(forget_vocabulary)


@transaction.atomic
def save_synonym(synonym: SearchSynonym, *, actor: Actor, now: datetime) -> SearchSynonym:
    """Write a synonym; searches read it within half a minute in every process."""
    synonym.save()
    audit.record(
        actor,
        "search synonym saved",
        synonym,
        now=now,
        term=synonym.term,
        means=synonym.means,
        language=synonym.language,
        is_active=synonym.is_active,
    )
    note_search_change()
    return synonym


@transaction.atomic
def save_boost(boost: SearchBoost, *, actor: Actor, now: datetime) -> SearchBoost:
    """Write a boost; searches follow it within half a minute in every process."""
    boost.save()
    audit.record(
        actor,
        "search boost saved",
        boost,
        now=now,
        reason=boost.reason,
        query=boost.query,
        product=boost.product_id,
        kind=boost.kind,
        points=boost.points,
        is_active=boost.is_active,
    )
    note_search_change()
    return boost


@transaction.atomic
def delete_synonym(synonym: SearchSynonym, *, actor: Actor, now: datetime) -> None:
    audit.record(actor, "search synonym deleted", synonym, now=now, term=synonym.term, means=synonym.means)
    synonym.delete()
    note_search_change()


@transaction.atomic
def delete_boost(boost: SearchBoost, *, actor: Actor, now: datetime) -> None:
    audit.record(actor, "search boost deleted", boost, now=now, query=boost.query, product=boost.product_id)
    boost.delete()
    note_search_change()
