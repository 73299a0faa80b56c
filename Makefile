# make app    start attnlab (the first time, install what it needs into .venv)
# make test   run every test
# make lint   check style
# make clean  remove everything made here, .venv too

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python

.PHONY: app test lint clean

app: $(VENV)/installed
	$(RUN) -m streamlit run streamlit_app.py

test: $(VENV)/installed-dev
	$(RUN) tests/browser/chromium.py
	$(RUN) -m pytest --ignore=tests/browser --numprocesses=auto --dist=loadfile --no-loadscope-reorder
	$(RUN) -m pytest tests/browser

lint: $(VENV)/installed-dev
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache test-results build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Compiled on all cores: pip itself would take twice as long for it.
define install
	$(RUN) -m pip install --disable-pip-version-check --no-compile -r $(1)
	$(RUN) -m compileall -q -j 0 $(VENV)/lib
endef

# The stamps are newer than what they were installed from, so nothing is installed twice.
$(VENV)/installed: requirements.txt $(VENV)/pyvenv.cfg
	$(call install,requirements.txt)
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt requirements.txt $(VENV)/pyvenv.cfg
	$(call install,requirements-dev.txt)
	@touch $(VENV)/installed $@

$(VENV)/pyvenv.cfg:
	@command -v $(PYTHON) >/dev/null || \
		{ echo "There is no $(PYTHON): name a Python 3.11 or newer, as in make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "attnlab needs Python 3.11 or newer and $(PYTHON) is $$($(PYTHON) -V 2>&1): name another, as in make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
