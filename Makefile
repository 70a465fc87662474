# Lianluo. `make help` prints what there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help

GOLANGCI := go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
PACKAGES ?= ./...

.PHONY: help
help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

.PHONY: run
run: tools-postgres build ## Run the site with the demonstration, at http://127.0.0.1:8080 (LIANLUO_ADDR, LIANLUO_DATA)
	@exec bin/lianluo serve --demo

.PHONY: build
build: ## Build bin/lianluo
	go build -o bin/lianluo ./cmd/lianluo

.PHONY: test
test: tools-postgres tools-browser tools-s3 ## The whole suite, with the race detector and the real browser
	GORACE=atexit_sleep_ms=100 go test -race -timeout 10m -ldflags="-s -w" $(PACKAGES)

.PHONY: check
check: tools-postgres tools-s3 ## What every commit passes: format, vet, generated files, tests without the browser
	@test -z "$$(gofmt -l $$(git ls-files -co --exclude-standard '*.go'))" || { echo "gofmt would change:"; gofmt -l $$(git ls-files -co --exclude-standard '*.go'); exit 1; }
	go vet ./...
	@$(MAKE) --no-print-directory generated
	go test -short -vet=off -ldflags="-s -w" $$(go list $(PACKAGES) | grep -v /web/webtest/browser) # the browser plays in make test and in CI

.PHONY: generate
generate: ## Generate the templates' Go code
	go tool templ generate

.PHONY: generated
generated: ## Fail where the committed generated code is not what the templates say
	@go tool templ generate 2>/dev/null && git diff --exit-code --stat -- '*_templ.go'

.PHONY: lint
lint: ## All linters (the first run builds them, which takes some minutes)
	$(GOLANGCI) run ./...

.PHONY: bench
bench: tools-postgres build ## Figures of the README: CPU, statements and memory on the demonstration data
	go run ./web/webtest/bench

.PHONY: tools-postgres
tools-postgres: # PostgreSQL: installed by apt as root on Debian, asked for elsewhere
	@.ci/need postgres

.PHONY: tools-browser
tools-browser: # Chromium and a Chinese font, likewise
	@.ci/need browser

.PHONY: tools-s3
tools-s3: # an S3 server for the tests, built once
	@.ci/need s3 >/dev/null
