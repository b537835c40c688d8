# make help says what there is. FUZZTIME is how long each fuzz target runs,
# PKG which packages bench and fuzz look at, LOAD the load generator's flags.

FUZZTIME ?= 10s
PKG      ?= ./...
LOAD     ?=

.PHONY: help build deps lint types test interop bench fuzz load clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

build: ## build bin/caracal
	go build -trimpath -o bin/ ./cmd/caracal

deps: ## install the programs that the tests drive (Debian)
	scripts/deps.sh

lint: ## gofmt, vet, staticcheck and the rule of imports
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then \
		echo "not gofmt-ed:"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	go tool staticcheck ./...
	go test -count=1 ./internal/arch

types: ## check the types of the console's sources
	npm ci --prefix web/ui --ignore-scripts --no-audit --no-fund --loglevel=error
	web/ui/node_modules/.bin/tsc -p web/ui

test: deps lint types ## install what the tests need, lint, run every test
	go test -count=1 -timeout 30m ./...
	@echo "make test: lint and all tests passed"

interop: deps ## play to ffmpeg, VLC, MPlayer, libmms and curl
	go test -count=1 -timeout 30m -v ./interop

bench: ## run the benchmarks
	go test -run '^$$' -bench . -benchmem $(PKG)

fuzz: ## run each fuzz target for FUZZTIME
	scripts/fuzz.sh $(FUZZTIME) $(PKG)

load: ## run the load generator against a server on this machine
	go run ./internal/load $(LOAD)

clean: ## remove what build made
	rm -rf bin
