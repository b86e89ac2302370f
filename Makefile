# The commands of a checkout. Nothing but Python 3.11 or later and make is needed beforehand.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
EXTRAS := operator,runner,embedded,dev
PYTEST_ARGS ?=
TIERS := unit or warehouse$(if $(KUBECONFIG), or cluster)

.DEFAULT_GOAL := help
.PHONY: help venv demo test test-cluster lint generate cluster kind clean

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

venv: $(VENV)/.ready ## Set up .venv with everything

# uv resolves and installs in seconds what takes pip minutes; the constraints make every checkout alike.
$(VENV)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --constraint constraints.txt --editable '.[$(EXTRAS)]'
	touch $@

demo: venv ## Publish real flights, read them masked and clear, refuse bad data, roll back
	$(BIN)/python examples/flights/demo.py

test: venv ## Run every tier of tests that this machine allows
	$(BIN)/pytest -m "$(TIERS)" $(PYTEST_ARGS)
	$(if $(KUBECONFIG),,@echo "Skipped the tier cluster: no KUBECONFIG is set. 'make test-cluster' starts a cluster of its own.")

test-cluster: venv ## The tier cluster alone: on KUBECONFIG, else on the local cluster (see cluster)
	$(BIN)/pytest -m cluster $(PYTEST_ARGS)

lint: venv ## Style, types, layers, and whether generated files are current
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m datacontract_api.generate --check
	$(BIN)/python -m datacontract_runner.ledger.document --check

generate: venv ## Write the CRDs, the JSON Schemas and the generated pages of docs/ anew
	$(BIN)/python -m datacontract_api.generate
	$(BIN)/python -m datacontract_runner.quality.expectations.page docs/expectations.md
	$(BIN)/python -m datacontract_runner.ledger.document

kind: venv ## On a laptop: kind, the chart and examples/flights, each part timed
	hack/cluster/install.sh kind

cluster: venv ## Where no registry can be reached: a real Kubernetes on this Linux host, as root, and the same
	hack/cluster/install.sh local

clean: ## Remove what the commands above have made
	rm -rf $(VENV) .datacontract .pytest_cache .mypy_cache .ruff_cache .hypothesis examples/*/data
