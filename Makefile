# `make help` lists the targets. Everything they need is installed into .venv and .venvs, nothing outside this directory.

.DEFAULT_GOAL := help
.PHONY: help run test test-agents lint types fmt bench golden prices docs dashboard requirements clean
.NOTPARALLEL:

ARGS ?=
BIN := .venv/bin
PREPARE = @python=$$(tools/find_python.sh) && "$$python" -m tools.environment .venv

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## install agent-trace into .venv and run it; ARGS="list --json" to pass arguments
	$(PREPARE) run
	@$(BIN)/agent-trace $(ARGS)

test: ## what CI runs: linters, types, all tests here, the short form on the other Pythons
	@python=$$(tools/find_python.sh) && "$$python" -m tools.ci

test-agents: ## install the real coding agents (2 GB, once), play them against a scripted model, compare what is read
	$(PREPARE) dev
	AGENT_TRACE_LIVE=1 $(BIN)/python -m pytest -q tests/live $(ARGS)

lint: ## check the style
	$(PREPARE) dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: ## check the types
	$(PREPARE) dev
	$(BIN)/mypy --strict $(wildcard src tests tools bench)

fmt: ## format the code and mend what the linter can mend
	$(PREPARE) dev
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

bench: ## measure against the budgets and, where they are installed, the rivals
	$(PREPARE) dev
	$(BIN)/python -m bench $(ARGS)

golden: ## write the golden outputs anew; read the diff before you commit it
	$(PREPARE) dev
	GOLDEN=1 $(BIN)/python -m pytest -q $(ARGS)

prices: ## write src/agent_trace/pricing/prices.json from the price book and genai-prices
	$(PREPARE) dev
	$(BIN)/python -m tools.make_prices $(ARGS)

docs: ## write the generated pages: docs/cli.md, docs/agents, docs/detectors.md and the picture of the README
	$(PREPARE) dev
	$(BIN)/python -m tools.cli_reference
	$(BIN)/python -m tools.agent_pages
	$(BIN)/python -m tools.detector_page
	$(BIN)/python -m tools.picture docs/images/overview.svg $(BIN)/agent-trace demo

dashboard: ## build the dashboard into src/agent_trace/web/static, when its sources changed
	$(PREPARE) run
	$(BIN)/python -m tools.dashboard

requirements: ## pin and hash requirements/*.txt anew
	tools/lock.sh

clean: ## remove what the other targets made
	rm -rf .venv .venv.lock .venvs .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist dashboard/node_modules src/agent_trace/web/static
	find src tests tools -type d -name __pycache__ -prune -exec rm -rf {} +
