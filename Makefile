# Two commands: `make run` opens the window, `make test` runs the suite. Each first sets up what is missing.

PYTHON ?= python3
VENV_PYTHON := .venv/bin/python
export ARGS

TRUST := $(addprefix scripts/try_,images.py loading.py saving.py memory.py changes.py) \
	$(addprefix tests/x11/try_,closing.py events.py)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test check lint bench docs x11 trust app desktop undesktop setup clean
test lint check bench: export QT_QPA_PLATFORM = offscreen

help: ## this list
	@sed -n 's/^\([a-z0-9]*\):.*## /  make \1\t/p' Makefile

run: setup ## open the window; ARGS="photo.jpg" opens that (without a display: compares the two layers, writes a figure)
	@if [ -e "$$ARGS" ]; then set -- "$$ARGS"; else eval "set -- $$ARGS"; fi; exec $(VENV_PYTHON) main.py "$$@"

test: ## run the test suite; ARGS="-k mosaic" goes to pytest
	@$(PYTHON) scripts/bootstrap.py test
	@$(VENV_PYTHON) -m pytest $(ARGS)

check: lint test ## format, lint, types, tests

lint: ## format, lint, types
	@$(PYTHON) scripts/bootstrap.py dev
	@$(VENV_PYTHON) -m ruff format --check .
	@$(VENV_PYTHON) -m ruff check .
	@$(VENV_PYTHON) -m mypy

bench: setup ## measure start-up, the window and the engine on this machine (benchmarks/)
	@set -e; for script in startup window engine; do $(VENV_PYTHON) benchmarks/$$script.py; done

docs: setup ## take the pictures in docs/ anew from the real window
	@$(VENV_PYTHON) scripts/pictures.py

x11: setup ## try the real window: drag and drop, clipboard, keys (needs xvfb openbox xdotool xclip imagemagick)
	@$(VENV_PYTHON) tests/x11/try_window.py

app: ## build the program as one folder, dist/sepviz, that needs no Python, and try it
	@$(PYTHON) scripts/bootstrap.py app
	@$(VENV_PYTHON) -m PyInstaller --noconfirm --log-level ERROR --distpath dist --workpath build scripts/app.spec
	@$(VENV_PYTHON) scripts/try_app.py

desktop: setup ## put sepviz into this user's menu, so that a double click opens a session (for dist/sepviz where it is built)
	@$(VENV_PYTHON) scripts/desktop.py install

undesktop: ## take it out of the menu again
	@$(PYTHON) scripts/desktop.py uninstall

trust: setup ## try bad input, faults and little memory for real, for half an hour; figures of each (window: as x11)
	@$(PYTHON) scripts/bootstrap.py test
	@failed=0; for script in $(TRUST); do echo "$$script"; $(VENV_PYTHON) $$script || failed=1; done; exit $$failed

setup: ## only make .venv and see that Qt loads
	@$(PYTHON) scripts/bootstrap.py

clean: ## remove .venv and what the tools left
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
