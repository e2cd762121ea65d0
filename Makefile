# The commands of the house. `make demo` and `make test` start from nothing: they set up, build and run.

.PHONY: help build demo test oracle golden-record clients clients-gateway gateway-spark differential faults gateway-faults gateway-sessions gateway-soak gateway-abuse fuzz soak bench bench-gateway bench-client sanitize sanitize-suite tsan format format-check \
        cleanroom coverage-page

help:
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 22

build: ## set up and build everything (build/firesteel)
	@tools/build.sh

demo: ## an unmodified PySpark program runs the 22 TPC-H queries; answers compared with Apache Spark's
	@tools/demo/run.sh

test: ## set up, build, run every test; the last line is `N passed, N failed`
	@tools/test.sh

clients: ## every client language and version against the server: one script, each step's value checked
	@tools/build.sh firesteel
	@tests/clients/run.sh

clients-gateway: ## the same through a gateway, and `.config` calls that name the route, in every order
	@tools/build.sh firesteel
	@tests/clients/run.sh --gateway; status=$$?; .deps/venv-client/bin/python tests/clients/routing.py && exit $$status

gateway-spark: ## the gateway before Firesteel and a real Apache Spark cluster (Java 17, 4 GiB)
	@tools/setup/fetch.sh client
	@tools/build.sh firesteel
	@.deps/venv-client/bin/python tests/gateway/spark_cluster.py

oracle: ## start Apache Spark, the oracle, on sc://localhost:15102
	@tools/setup/fetch.sh client
	@tools/oracle/start

golden-record: oracle ## record golden cases that have no answer yet (all: tools/oracle/record tests/golden)
	@tools/oracle/record --new tests/golden

bench: ## measure Firesteel, Sail, Apache Spark and DuckDB on TPC-H SF1: table, JSON, chart
	@tools/build.sh firesteel
	@bench/run.sh

bench-gateway: ## what the gateway costs: nginx, no proxy and the gateway on the same cores
	@tools/build.sh firesteel
	@bench/gateway/run.sh

bench-client: ## the C++ client beside PySpark and the Go client: small queries, 10 million rows
	@bench/client/run.sh

sanitize: ## unit tests and the fuzzers' corpora under AddressSanitizer and UndefinedBehaviorSanitizer (build-asan/)
	@FIRESTEEL_PRESET=asan-ubsan tools/build.sh unit_tests fuzz_targets
	@tools/unit-tests.sh build-asan
	@tests/fuzz/replay.sh build-asan

sanitize-suite: ## the layers that start the server, against a server with both sanitizers (long)
	@tools/sanitize-suite.sh

tsan: ## unit tests under ThreadSanitizer (build-tsan/)
	@FIRESTEEL_PRESET=tsan tools/build.sh unit_tests
	@tools/unit-tests.sh build-tsan

faults: ## broken clients, connections, servers, FIRESTEEL_FAULT_ROUNDS each (100)
	@tools/setup/fetch.sh client
	@tools/build.sh firesteel
	@tests/faults/run.sh

gateway-faults: ## appends through the gateway under resets, silence and killed servers: none runs twice (FIRESTEEL_FAULT_OPERATIONS, 10000)
	@tools/setup/fetch.sh client
	@tools/build.sh firesteel
	@.deps/venv-client/bin/python tests/gateway/faults.py $${FIRESTEEL_FAULT_OPERATIONS:-10000}

gateway-sessions: ## 10,000 sessions at one gateway: memory, a restart, the loss of a server (FIRESTEEL_GATEWAY_SESSIONS)
	@tools/setup/fetch.sh client
	@tools/build.sh firesteel
	@.deps/venv-client/bin/python tests/gateway/many_sessions.py $${FIRESTEEL_GATEWAY_SESSIONS:-10000}

gateway-soak: ## an hour at the gateway: servers and the gateway die, every answer is checked (FIRESTEEL_SOAK_SECONDS, 3600)
	@tools/setup/fetch.sh client
	@tools/build.sh firesteel
	@PYTHONDONTWRITEBYTECODE=1 .deps/venv-client/bin/python tests/gateway/soak.py $${FIRESTEEL_SOAK_SECONDS:-3600}

gateway-abuse: ## a hundred good clients beside HTTP/2 floods: their p99, without and with each
	@tools/build.sh firesteel
	@bench/gateway/run.sh abuse

fuzz: ## fuzz the SQL parser, the plan decoder, Arrow input, names, messages at the gateway: FIRESTEEL_FUZZ_SECONDS each (default 1800; build-fuzz/)
	@tests/fuzz/run.sh

soak: ## hours of mixed load: FIRESTEEL_SOAK_SECONDS (default 3600), FIRESTEEL_SOAK_CLIENTS (default 12)
	@tools/build.sh firesteel
	@tests/soak/run.sh

format: ## rewrite src/ in the project's style
	@find src include cmake tests/fuzz \( -name '*.cc' -o -name '*.h' \) 2>/dev/null | xargs clang-format-14 -i

format-check: ## say which files are not in the project's style
	@tools/format-check.sh

cleanroom: ## make test and make demo in a bare Debian 12 (needs root and debootstrap)
	@tests/cleanroom/run.sh

coverage-page: ## reference of the SQL functions and page of what is supported (build/pages/)
	@tools/setup/fetch.sh client
	@tools/build.sh firesteel
	@.deps/venv-client/bin/python tools/coverage_page.py

differential: ## random calls of the built-in functions: Firesteel against Apache Spark (FIRESTEEL_DIFFERENTIAL="--seed 7")
	@tests/differential/run.sh $(FIRESTEEL_DIFFERENTIAL)
