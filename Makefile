# Everything that a newcomer needs is one word: make demo. Meson does the building; this file only
# says in which order. `make help` lists the words.

BUILD = build
PREFIX = /usr/local
MINUTES = 1

.PHONY: help build setup demo story test seen release bench fuzz hostile noise corpus evaluate install man clean

build: setup
	scripts/build $(BUILD)

help:
	@echo 'make build            build/assay (default)'
	@echo 'make demo [SEED=n]    real releases, then a tampered installer drawn from the seed'
	@echo 'make story [SEED=n]   a compromise of 15,000 customers, and each answer beside the truth (docs/story.md)'
	@echo 'make test             every test, plain and under ASan + UBSan'
	@echo 'make release          builds twice where little is alike, compares, writes build/release with entry and proofs'
	@echo 'make seen             one malicious unit more in each kind of file: pairs judged, missed, wrongly alarmed'
	@echo 'make noise [LIMIT=n]  ordinary releases from bench/noise: how many are not clean'
	@echo 'make corpus           fetches the corpus of ordinary releases (bench/corpus) into the cache'
	@echo 'make evaluate         judges the corpus and tampered copies of it: docs/evaluation.md'
	@echo 'make bench            speed against peers and floors'
	@echo 'make fuzz [MINUTES=n] all fuzz targets, n minutes shared between them; LONG=1: 2 or 10 minutes each; COVERAGE=1: what they reach'
	@echo 'make hostile          the hostile corpus, assay beside clamscan, yara, bsdtar and 7zz'
	@echo 'make install [PREFIX=/usr/local] [DESTDIR=]'
	@echo 'make man              writes man/ from the tables of the program'
	@echo 'make clean            removes the build folders; node_modules and the cache stay'

setup:
	@scripts/setup build

demo:
	@scripts/setup demo
	scripts/build $(BUILD)
	scripts/demo

story:
	@scripts/setup story
	scripts/build $(BUILD)
	@scripts/story

# The script's own last line is the count, so make must not add one of its own.
test:
	@scripts/setup test
	@scripts/run-tests

release:
	@scripts/setup release
	scripts/reproduce build/reproduce
	scripts/release build/release build/reproduce/one/out build/reproduce/two/out

bench:
	@scripts/setup bench
	scripts/build $(BUILD)
	ninja -C $(BUILD) bench/bench-floor bench/bench-ledger
	scripts/bench
	tests/hostile/series.py $(BUILD)/assay --times
	$(BUILD)/bench/bench-ledger
	bench/scan $(BUILD)/assay

fuzz:
	@scripts/setup fuzz
	$(if $(COVERAGE),scripts/fuzz-coverage,@scripts/fuzz $(if $(LONG),long,$(MINUTES)))

hostile:
	@scripts/setup hostile
	scripts/build $(BUILD)
	scripts/hostile
	tests/props/kinds.py $(BUILD)/assay --whole

# One malicious unit more, in each kind of file: found, missed, taken for an attack.
seen:
	@scripts/setup test
	scripts/build $(BUILD)
	@scripts/seen $(BUILD)/assay

noise:
	@scripts/setup noise
	scripts/build $(BUILD)
	scripts/noise $(if $(LIMIT),--limit $(LIMIT))

corpus:
	@scripts/setup corpus
	scripts/corpus

evaluate:
	@scripts/setup evaluate
	scripts/build $(BUILD)
	scripts/evaluate --output docs/evaluation.md

install: build
	meson configure $(BUILD) -Dprefix=$(PREFIX)
	meson install -C $(BUILD)

# The manual comes from the program's own tables; it is committed.
man: build
	scripts/man $(BUILD)/assay

clean:
	rm -rf build build-asan build-fuzz
