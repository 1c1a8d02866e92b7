# `make serve` sets up and opens the site; `make test` sets up and runs every check.
export NO_MKDOCS_2_WARNING = 1
export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 0)
unexport PYTHONDONTWRITEBYTECODE  # modules are compiled when first imported, not at set-up, and kept
PYTHON ?= python3
BIN = .venv/bin
READY = .venv/.ready
ADDRESS ?= 127.0.0.1:8000
PAPER ?= a4

.PHONY: serve test firefox pytorch mutations fuzz build offline anki book epub bench bench-check lighthouse lint strip question rename report lock clean

serve: $(READY)
	SITE_URL=http://$(ADDRESS)/ $(BIN)/mkdocs serve --dirty --no-strict --dev-addr $(ADDRESS)

test: $(READY)
	$(BIN)/python tests/find_browsers.py chromium
	$(BIN)/python -m pytest -m "not firefox" --numprocesses auto --dist worksteal

firefox: $(READY)  ## the tests of what browsers may do differently, in a real Firefox
	$(BIN)/python tests/find_browsers.py firefox
	$(BIN)/python -m pytest -m firefox

pytorch: .cache/pytorch/.ready  ## the PyTorch blocks of the pages, in an environment of their own
	PYTHONPATH=hooks .cache/pytorch/bin/python -m pytest --noconftest tests/test_pytorch.py

mutations: $(READY)  ## break every question in every way
	MUTATE_ALL=1 $(BIN)/python -m pytest tests/test_mutations.py -k mutation --numprocesses auto

fuzz: $(READY)  ## any input whatever, FUZZ times for each reader of some
	FUZZ=$${FUZZ:-5000} $(BIN)/python -m pytest tests/test_fuzz.py --numprocesses auto

build: $(READY)  ## into site/, with what lies in dist/ for download; the old site stays if it fails
	DOWNLOADS=dist $(BIN)/python hooks/build_site.py site

offline: $(READY)  ## dist/…-site.zip: open its index.html by a double click
	$(BIN)/python hooks/build_site.py dist/deep-learning-questions-site.zip

anki: $(READY)  ## dist/….apkg: import it into Anki; a newer one updates the cards
	$(BIN)/python hooks/anki_deck.py

book: $(READY)  ## dist/…pdf: the whole, each topic, the questions alone; PAPER=a4, letter or a6
	PAPER=$(PAPER) $(BIN)/python hooks/book.py

epub: $(READY)  ## dist/….epub: the whole book for e-readers
	PAPER=epub $(BIN)/python hooks/book.py

lighthouse: build  ## what Lighthouse says of five pages, on a phone; needs npm
	mkdir -p .cache/lighthouse
	cp tests/lighthouse/package*.json .cache/lighthouse/
	npm ci --prefix .cache/lighthouse --ignore-scripts --no-audit --silent
	$(BIN)/python tests/lighthouse/run.py

bench: $(READY)  ## docs/benchmarks.md: build, pages, search and notebooks, against what one would pick instead
	$(BIN)/python bench/builds.py --sizes $(or $(SIZES),100 300 1000)
	$(BIN)/python bench/pages.py
	$(BIN)/python hooks/build_site.py .cache/bench/site
	$(BIN)/python bench/search.py .cache/bench/site --held-out
	$(BIN)/python bench/notebooks.py
	$(BIN)/python bench/report.py

bench-check: $(READY)  ## which goals the last `make bench` missed
	$(BIN)/python bench/report.py --check

lint: $(READY)
	$(BIN)/python hooks/question_lint.py

strip: $(READY)  ## clear the outputs of the notebooks
	$(BIN)/jupyter nbconvert --clear-output --inplace notebooks/*.ipynb

question: $(READY)  ## make question TOPIC=vision SLUG=anchor-boxes
	$(BIN)/python hooks/new_question.py "$(TOPIC)" "$(SLUG)"

rename: $(READY)  ## make rename FROM=vision/pooling TO=vision/max-pooling (a topic alone removes)
	$(BIN)/python hooks/rename_question.py "$(FROM)" "$(TO)"

report: $(READY)  ## what the bank holds, against what it should
	$(BIN)/python hooks/bank_report.py

lock: $(READY)  ## requirements.in -> requirements.txt, with hashes
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --output-file requirements.txt requirements.in

clean:
	rm -rf .venv .cache site dist

$(READY): requirements.txt
	@test ! -L .venv || { echo ".venv is a link to another environment; touch it or delete it" >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv || { echo "Python's venv module is missing; install it: apt-get install python3-venv" >&2; exit 1; }
	sed -n '/^uv==/,/# via/p' requirements.txt > .venv/uv.txt  # the installer first, by its hashes too
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement .venv/uv.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --requirement requirements.txt
	touch $(READY)

.cache/pytorch/.ready: tests/requirements-pytorch.txt
	$(PYTHON) -m venv --clear .cache/pytorch
	.cache/pytorch/bin/pip install --quiet --disable-pip-version-check --retries 2 --requirement tests/requirements-pytorch.txt
	touch .cache/pytorch/.ready
