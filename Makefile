.DEFAULT_GOAL := help

GO ?= go

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## test the reference implementation inside this process
	$(GO) run ./cmd/conformance run

build: ## build bin/conformance
	CGO_ENABLED=0 $(GO) build -trimpath -buildvcs=auto -o bin/conformance ./cmd/conformance

# The same commit gives the same bytes: no paths, no C, and the commit's own time.
PLATFORMS := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64

dist: $(PLATFORMS:%=dist/%) ## build dist/OS/ARCH/conformance for Linux, macOS and Windows

$(PLATFORMS:%=dist/%):
	GOOS=$(word 2,$(subst /, ,$@)) GOARCH=$(word 3,$(subst /, ,$@)) CGO_ENABLED=0 $(GO) build -trimpath -buildvcs=auto -o $@/ ./cmd/conformance

lint: ## check the format, vet, staticcheck
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); \
	if [ -n "$$unformatted" ]; then echo "gofmt would change: $$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

test: lint ## lint, then all tests with the race detector
	$(GO) test -race -timeout 20m ./...

bench: ## all benchmarks, each beside its baseline
	$(GO) test -run '^$$' -bench . -benchmem ./...

.PHONY: help run build dist $(PLATFORMS:%=dist/%) lint test bench
