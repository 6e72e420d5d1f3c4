# The daily loop; `make` alone lists it. Everything runs without root and without Docker.
PYTHON ?= python3
SETUP = $(PYTHON) -m backmarket.ops.bootstrap
OPS = exec .venv/bin/python -m backmarket.ops

.PHONY: help setup demo demo-reset search test check fix bench bench-scale bench-checkout bench-mixed bench-ledger lighthouse screenshots share-pictures messages

help:
	@echo "make setup        install what development needs (again only when something changed)"
	@echo "make demo         run the shop with demo data on http://127.0.0.1:8000 (PORT=… for another port)"
	@echo "make demo-reset   the same, afresh: forgets what was bought and changed"
	@echo "make search       run an Elasticsearch for the demo (then ELASTICSEARCH_URL=… make demo)"
	@echo "make test         run all tests (k=… for some)"
	@echo "make check        format, linters, types, migrations, front end, then make test"
	@echo "make fix          mend what formatters and linters can mend"
	@echo "make bench        measure pages of the demo under load"
	@echo "make bench-scale  measure pages with 100,000 SKUs, beside templates rendered from memory"
	@echo "make bench-checkout  measure whole purchases by guests"
	@echo "make bench-mixed  10,000 orders of several devices: no deadlock, no unit lost"
	@echo "make bench-ledger  entries a second, balances, and the check of a million entries"
	@echo "make lighthouse   audit pages of the demo with Lighthouse"
	@echo "make screenshots  take the README's pictures from the running demo"
	@echo "make share-pictures  draw what social networks show of a shared page"
	@echo "make messages     gather texts for translation"

setup:
	@$(SETUP) --dev

demo:
	@$(SETUP) && $(OPS).demo

demo-reset:
	@$(SETUP) && $(OPS).demo --reset

search:
	@$(SETUP) && $(OPS).elasticsearch

test:
	@$(SETUP) --dev && $(OPS).suite $(if $(k),-k "$(k)")

check:
	@$(SETUP) --dev && $(OPS).check

fix:
	@$(SETUP) --dev && $(OPS).check --fix

bench:
	@$(SETUP) && $(OPS).bench

bench-scale:
	@$(SETUP) && $(OPS).scale.bench

# A demo of its own: what is bought here is not in yours.
bench-checkout:
	@$(SETUP) && BACKMARKET_RUN=$(CURDIR)/.run/bench-checkout $(OPS).bench_checkout

bench-mixed:
	@$(SETUP) && BACKMARKET_RUN=$(CURDIR)/.run/bench-checkout $(OPS).bench_mixed

bench-ledger:
	@$(SETUP) --dev && $(OPS).bench_ledger

lighthouse:
	@$(SETUP) && $(OPS).lighthouse

screenshots:
	@$(SETUP) --dev && $(OPS).screenshots

share-pictures:
	@$(SETUP) --dev && $(OPS).share_pictures

messages:
	@$(SETUP) --dev && $(OPS).messages
