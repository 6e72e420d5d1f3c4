from datetime import UTC, datetime, timedelta
from email.utils import getaddresses

import pytest
from django.core import mail

from backmarket.core import outbox
from backmarket.notify import flows, services
from backmarket.notify.enums import TextState
from backmarket.notify.kinds import KINDS
from backmarket.notify.models import Message, Recipient, Text
from backmarket.notify.providers import registry
from backmarket.notify.providers.base import TextRefusedError, TextUnknownError

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 10, 24, tzinfo=UTC)
NIGHT = NOW.replace(hour=22, minute=30)
MORNING = NOW.replace(hour=8, minute=0) + timedelta(days=1)


class Texts:
    """A provider that remembers what it was given, and answers as it is told to."""

    def __init__(self, *answers):
        self.answers, self.taken = list(answers), []

    def send(self, *, key, to, body):
        self.taken.append((key, to, body))
        if self.answers and (answer := self.answers.pop(0)):
            raise answer


@pytest.fixture
def texts(monkeypatch):
    provider = Texts()
    monkeypatch.setattr(flows, "text_provider", lambda: provider)
    return provider


def queue(kind="parcel_arriving", *, to="Ada@Example.org", key="k1", now=NOW):
    context = KINDS[kind].sample("en-gb")
    return services.queue_mail(kind=kind, to=to, locale="en-gb", context=context, dedupe_key=key, now=now)


def text(*, now=NOW, key="k1"):
    return services.queue_text(
        kind="parcel_arriving",
        to="+33612345678",
        email="ada@example.org",
        locale="en-gb",
        context=KINDS["parcel_arriving"].sample("en-gb"),
        dedupe_key=key,
        expires_at=now + timedelta(hours=12),
        now=now,
    )


def test_what_can_be_switched_off_says_so_to_mail_programs_and_the_rest_does_not():
    queue("parcel_arriving", key="1")
    queue("order_confirmed", key="2")
    outbox.drain(now=NOW)

    token = Recipient.objects.get(email="ada@example.org").token
    arriving, confirmed = mail.outbox
    off = f"/en-gb/messages/{token}/off/delivery/"
    assert arriving.extra_headers["List-Unsubscribe"].endswith(f"{off}>")
    assert arriving.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "List-Unsubscribe" not in confirmed.extra_headers
    assert getaddresses(arriving.to) == [("", "Ada@Example.org")]
    assert str(token) in confirmed.body


def test_a_category_that_is_off_is_not_written_and_what_is_essential_is():
    recipient = services.recipient_of("ada@example.org")
    services.choose(recipient=recipient, wanted=["reviews"], wants_texts=True, now=NOW)

    off, still_on, essential = queue(key="1"), queue("review_request", key="2"), queue("order_confirmed", key="3")

    assert off is None
    assert still_on
    assert essential
    assert Message.objects.count() == 2


def test_an_undeclared_kind_is_refused():
    with pytest.raises(KeyError):
        services.queue_mail(kind="spam", to="a@example.org", locale="en-gb", context={}, dedupe_key="k", now=NOW)


def test_a_text_is_sent_once_under_one_key(texts):
    assert text() is not None
    assert text() is None
    outbox.drain(now=NOW)
    flows.send_due_texts(now=NOW + timedelta(hours=1))

    stored = Text.objects.get()
    assert (stored.state, stored.sent_at) == (TextState.SENT, NOW)
    assert texts.taken == [(str(stored.public_id), "+33612345678", stored.body)]


def test_a_text_of_the_night_waits_for_the_morning(texts):
    text(now=NIGHT)
    outbox.drain(now=NIGHT)

    looked_at = [flows.send_due_texts(now=now) for now in (NIGHT + timedelta(hours=1), MORNING)]

    assert looked_at == [0, 1]
    assert Text.objects.get().sent_at == MORNING


def test_a_text_that_would_come_too_late_is_dropped(texts):
    text(now=NIGHT)

    flows.send_due_texts(now=NIGHT + timedelta(hours=12))

    assert Text.objects.get().state == TextState.DROPPED
    assert texts.taken == []


def test_without_an_answer_the_provider_is_asked_again_with_the_same_key(texts):
    texts.answers = [TextUnknownError(), None]
    text()
    outbox.drain(now=NOW)
    for minutes in (4, 5, 20):
        flows.send_due_texts(now=NOW + timedelta(minutes=minutes))

    assert Text.objects.get().state == TextState.SENT
    assert len(texts.taken) == 2
    assert len({key for key, _to, _body in texts.taken}) == 1


def test_a_refused_number_is_kept_with_the_reason(texts):
    texts.answers = [TextRefusedError("no such number")]
    text()
    outbox.drain(now=NOW)

    stored = Text.objects.get()
    assert (stored.state, stored.problem) == (TextState.REFUSED, "no such number")


def test_whoever_switched_texts_off_gets_none(texts):
    services.choose(recipient=services.recipient_of("ADA@example.org"), wanted=[], wants_texts=False, now=NOW)

    assert text() is None
    assert not Text.objects.exists()


def test_the_provider_is_the_one_that_the_settings_name(settings):
    registry.text_provider.cache_clear()

    provider = registry.text_provider()

    assert f"{type(provider).__module__}.{type(provider).__qualname__}" == settings.TEXT_PROVIDER
    provider.send(key="k", to="+33612345678", body="")


def test_a_text_that_a_worker_comes_to_at_night_waits_all_the_same(texts):
    text(now=NIGHT - timedelta(hours=4))

    looked_at = [flows.send_due_texts(now=now) for now in (NIGHT, MORNING - timedelta(minutes=1), MORNING)]

    assert looked_at == [1, 0, 1]
    assert Text.objects.get().state == TextState.DROPPED
    assert texts.taken == []


def test_whoever_switches_texts_off_gets_none_that_still_waits(texts):
    text(now=NIGHT)
    services.choose(recipient=services.recipient_of("ada@example.org"), wanted=[], wants_texts=False, now=NIGHT)

    flows.send_due_texts(now=MORNING)

    assert Text.objects.get().state == TextState.DROPPED
    assert texts.taken == []


def test_a_provider_that_breaks_holds_up_no_other_text(texts):
    texts.answers = [RuntimeError("broken")]
    text(key="1")
    text(key="2")

    flows.send_due_texts(now=NOW)

    assert [one.state for one in Text.objects.order_by("pk")] == [TextState.WAITING, TextState.SENT]
    assert Text.objects.order_by("pk")[0].due_at == NOW + flows.AGAIN
