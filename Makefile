# `make serve` sets up and opens the site; `make test` sets up and runs every check.
export NO_MKDOCS_2_WARNING = 1
PYTHON ?= python3
BIN = .venv/bin
READY = .venv/.ready
ADDRESS ?= 127.0.0.1:8000

.PHONY: serve test build offline lint strip question lock clean

serve: $(READY)
	$(BIN)/mkdocs serve --dirty --no-strict --dev-addr $(ADDRESS)

test: $(READY)
	$(BIN)/python tests/find_chromium.py --install
	$(BIN)/python -m pytest

build: $(READY)  ## into site/, which stays as it was if the build fails
	$(BIN)/mkdocs build --site-dir .cache/site
	rm -rf site && mv .cache/site site

offline: $(READY)  ## dist/…-site.zip: open its index.html by a double click
	OFFLINE=true $(BIN)/mkdocs build --site-dir .cache/deep-learning-questions-site
	$(BIN)/python hooks/archive.py .cache/deep-learning-questions-site dist/deep-learning-questions-site.zip

lint: $(READY)
	$(BIN)/python hooks/question_lint.py

strip: $(READY)  ## clear the outputs of the notebooks
	$(BIN)/jupyter nbconvert --clear-output --inplace notebooks/*.ipynb

question: $(READY)  ## make question TOPIC=vision SLUG=anchor-boxes
	$(BIN)/python hooks/new_question.py "$(TOPIC)" "$(SLUG)"

lock: $(READY)  ## requirements.in -> requirements.txt, with hashes
	$(PYTHON) -m venv .cache/lock && .cache/lock/bin/pip install --quiet pip-tools
	.cache/lock/bin/pip-compile --quiet --generate-hashes --strip-extras --no-emit-find-links --no-emit-index-url --output-file requirements.txt requirements.in

clean:
	rm -rf .venv .cache site dist

$(READY): requirements.txt
	$(PYTHON) -m venv --clear .venv || { echo "Python's venv module is missing; install it: apt-get install python3-venv" >&2; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt
	touch $(READY)
