# The two commands: `make demo` and `make test`. They install what they need into .venv and build.
# `make quick` takes seconds; `make all` runs the whole matrices too, of which `make test` has the hardest cases.
PYTEST = .venv/bin/python -m pytest -n auto --dist loadfile --durations=25
MAKEFLAGS += --jobs=2  # linters, quick tests and byte code side by side
.PHONY: demo test all quick lint lint-tools lint-template compiled search bench clean

demo: .venv/installed
	.venv/bin/python demo.py

test: lint quick compiled
	$(PYTEST) -m "not all"

all: lint quick compiled
	$(PYTEST)

lint: lint-tools lint-template

lint-tools: .venv/installed
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy

lint-template: .venv/installed
	.venv/bin/python lint.py

# The default project's own tests, in the template folder.
quick: .venv/installed
	.venv/bin/python lint.py --tests

# Byte code for what is in uv's cache, drivers too: each environment of the tests gets it with the files.
compiled: .venv/installed
	UV_CACHE_DIR=build/uv-cache .venv/bin/uv pip install --quiet --target build/drivers 'psycopg[binary]' pymysql
	.venv/bin/python -m compileall -qq build/uv-cache/archive-v0

# Answers, URLs and requests drawn anew, `make search MINUTES=5` for less long; a failure shows the smallest example.
MINUTES = 30
search: .venv/installed
	.venv/bin/python -m pytest -n 2 --dist loadfile --minutes $(MINUTES) tests/test_answers.py tests/test_requests.py

# All parts take some ten minutes; `make bench PART=instructions` runs one.
bench: .venv/installed
	.venv/bin/python -m bench $(PART)

clean:
	rm -rf build .venv

.venv/installed: pyproject.toml
	python3 -m venv --upgrade-deps .venv
	.venv/bin/python -m pip install --quiet --group dev
	touch $@
