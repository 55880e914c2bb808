# What the project's own commands do not do alone.
.PHONY: e2e fuzz generate graphiql

# Clients written by others against the real binary. Needs Node 20 or newer; e2e/README.md has the rest.
e2e:
	cd e2e && npm ci --no-progress && npm test

# Each fuzz test for a short while: make fuzz FUZZTIME=5m for a longer one.
FUZZTIME ?= 10s
fuzz:
	.ci/fuzz $(FUZZTIME)

# Everything that is generated, and the golden files.
generate:
	go generate ./...

# GraphiQL in place of our own console: go build -tags graphiql . after this, which needs npm.
graphiql:
	node server/consoles/graphiql/fetch.mjs
