"""A small Stripe with a memory: idempotency keys, payments, refunds, and answers that get lost on the way."""

from typing import Any

from .stripe_server import Answer, Heard


class StripeAccount:
    """
    What a test says of the next write: `loses_next` does it and stays silent, `fails_next` does nothing and says 500.

    `forget_keys` is what Stripe does a day later.
    """

    def __init__(self) -> None:
        self.loses_next = self.fails_next = False
        self.pages: dict[str, dict[str, Any]] = {}
        self.intents: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self._answered: dict[str, tuple[bytes, dict[str, Any]]] = {}

    def forget_keys(self) -> None:
        self._answered.clear()

    def __call__(self, heard: Heard) -> Answer:
        path = heard.path.partition("?")[0].removeprefix("/v1/")
        if heard.method == "GET":
            return 200, self._read(path, heard.query)
        if self.fails_next:
            self.fails_next = False
            return 500, {}
        body, said = self._answered.get(heard.key, (heard.body, {}))
        if body != heard.body:
            return 400, {"error": {"type": "idempotency_error", "message": "…"}}
        said = said or self._write(path, heard.form)
        self._answered[heard.key] = (heard.body, said)
        lost, self.loses_next = self.loses_next, False
        return None if lost else (200, said)

    def _write(self, path: str, form: dict[str, str]) -> dict[str, Any]:
        if path == "checkout/sessions":
            return self._open_page(form)
        if path == "payment_intents":
            return self._charge(form)
        if path.endswith("/expire"):
            return self._expire(self.pages[path.split("/")[2]])
        if path.endswith("/capture"):
            return self._capture(self.intents[path.split("/")[1]], int(form["amount_to_capture"]))
        assert path == "refunds", path
        ref = f"re_{len(self.refunds) + 1}"
        metadata = {"merchant_reference": form["metadata[merchant_reference]"]}
        made = {"object": "refund", "id": ref, "status": "succeeded", "metadata": metadata}
        self.refunds[ref] = made | {"payment_intent": form["payment_intent"]}
        return made

    def _open_page(self, form: dict[str, str]) -> dict[str, Any]:
        ref = f"cs_{len(self.pages) + 1}"
        self.pages[ref] = {
            "object": "checkout.session",
            "id": ref,
            "status": "open",
            "amount_total": int(form["line_items[0][price_data][unit_amount]"]),
            "currency": form["line_items[0][price_data][currency]"],
            "url": f"https://checkout.stripe.com/c/pay/{ref}",
            "payment_intent": None,
        }
        return self.pages[ref]

    def _expire(self, page: dict[str, Any]) -> dict[str, Any]:
        page |= {"status": "expired", "url": None}
        return page

    def _capture(self, intent: dict[str, Any], amount: int) -> dict[str, Any]:
        intent |= {"status": "succeeded", "amount_received": amount}
        return intent

    def _charge(self, form: dict[str, str]) -> dict[str, Any]:
        ref, amount = f"pi_{len(self.intents) + 1}", int(form["amount"])
        self.intents[ref] = {
            "object": "payment_intent",
            "id": ref,
            "status": "succeeded",
            "amount": amount,
            "amount_received": amount,
            "currency": form["currency"],
            "payment_method": form["payment_method"],
            "latest_charge": {
                "object": "charge",
                "id": f"ch_{ref}",
                "paid": True,
                "payment_intent": ref,
                "transfer_group": form["transfer_group"],
                "balance_transaction": {"object": "balance_transaction", "id": "txn_1", "fee": 165, "currency": "eur"},
            },
        }
        return self.intents[ref]

    def _read(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        if path == "charges":
            charges = [made["latest_charge"] for made in self.intents.values()]
            return _list(one for one in charges if one["transfer_group"] == query["transfer_group"])
        if path == "refunds":
            return _list(one for one in self.refunds.values() if one["payment_intent"] == query["payment_intent"])
        ref = path.rpartition("/")[2]
        return self.pages.get(ref) or self.intents[ref]


def _list(things: Any) -> dict[str, Any]:
    return {"object": "list", "data": list(things), "has_more": False, "url": "/v1/things"}
