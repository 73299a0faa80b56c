# make app    start attnlab (the first time, install what it needs into .venv)
# make quick  run what is worth running between two edits: style, layers, types,
#              and short tests without TensorFlow
# make test   run every test
# make lint   check style, layers and types
# make reference  write the API reference into docs/_build
# make clean  remove everything made here, .venv too

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python

# uv installs several times as fast as pip. Where there is none, pip puts it into .venv first.
UV := $(shell uv --version >/dev/null 2>&1 && command -v uv)

# Where this is set, as in many containers, each process compiles TensorFlow anew: 12 s, not 5.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: app quick test lint reference clean

app: $(VENV)/installed
	$(RUN) -m attnlab app

# A test that loads TensorFlow, starts a program or takes long is skipped: see tests/quick.py.
quick: $(VENV)/installed-dev
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(VENV)/bin/lint-imports
	$(RUN) -m mypy
	$(RUN) -m pytest --quick --ignore=tests/browser --numprocesses=auto --dist=loadfile

test: $(VENV)/installed-dev
	$(RUN) tests/browser/chromium.py
	$(RUN) -m pytest --ignore=tests/browser --numprocesses=auto --dist=loadfile --no-loadscope-reorder
	$(RUN) -m pytest tests/browser

lint: $(VENV)/installed-dev
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(VENV)/bin/lint-imports
	$(RUN) -m mypy

reference: $(VENV)/installed-dev
	$(RUN) -m tools.reference

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache test-results build dist docs/_build *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

define install
	$(if $(UV),,$(RUN) -m pip install --disable-pip-version-check uv)
	$(or $(UV),$(VENV)/bin/uv) pip install --python $(RUN) -r $(1)
endef

# The stamps are newer than what they were installed from, so nothing is installed twice.
$(VENV)/installed: requirements.txt $(VENV)/pyvenv.cfg
	$(call install,requirements.txt)
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt requirements-ray.txt requirements.txt $(VENV)/pyvenv.cfg
	$(call install,requirements-dev.txt)
	@touch $(VENV)/installed $@

$(VENV)/pyvenv.cfg:
	@command -v $(PYTHON) >/dev/null || \
		{ echo "There is no $(PYTHON): name a Python 3.11 or newer, as in make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "attnlab needs Python 3.11 or newer and $(PYTHON) is $$($(PYTHON) -V 2>&1): name another, as in make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
