# Everything starts here. `make run` and `make test` need git, make and any Python >= 3.10.
PYTHON ?= python3
BIN := .venv/bin
export RASA_TELEMETRY_ENABLED := false

.PHONY: help python run test check train bench simulate scale soak nlu-eval lock clean setup-run setup-test

help:  ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || \
	  { echo "✗ 需要 Python 3.10 以上版本（现在的 $(PYTHON) 不是）。请安装后重试，或指定：make run PYTHON=/path/to/python3" >&2; exit 2; }

setup-run: python
	@$(PYTHON) tools/bootstrap.py run

setup-test: python
	@$(PYTHON) tools/bootstrap.py test

run: setup-run  ## set up what is missing, then start the whole service desk
	@exec $(BIN)/xiaotong up

test: setup-test  ## the whole test suite (add ARGS="-k name" for a part)
	@$(BIN)/xiaotong test $(ARGS)

check: setup-test  ## formatter, linter, types, import rules, documents
	@$(BIN)/xiaotong check

train: setup-run  ## train the model when its inputs changed
	@$(BIN)/xiaotong train

nlu-eval: setup-run  ## how well customers are understood (DATA=file.tsv, PIPELINE=stock to compare)
	@$(BIN)/xiaotong nlu-eval $(if $(DATA),--data $(DATA)) $(if $(PIPELINE),--pipeline $(PIPELINE))

bench: setup-run  ## how fast a turn is
	@$(BIN)/xiaotong bench

simulate: setup-run  ## simulated customers talk to the real system
	@$(BIN)/xiaotong simulate

soak: setup-run setup-test  ## long tests against failure: kills, a wrong clock, a tampered audit log
	@$(BIN)/python -m tests.soak.timers
	@$(BIN)/python -m tests.soak.audit
	@$(BIN)/python -m tests.soak.kills

scale: setup-test  ## how long people wait with 100,000 orders and 1,000,000 messages
	@$(BIN)/python -m tests.scale $(ARGS)

lock: python  ## pin all dependencies anew (after editing requirements/*.in)
	@$(PYTHON) tools/lock.py

clean:  ## remove environments and built files; data in var/ stays
	rm -rf .venv .venv-rasa .tools web/dist web/node_modules
