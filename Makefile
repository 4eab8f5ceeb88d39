# What a newcomer, a developer and continuous integration run. "make help" lists it.

SWIFT ?= swift
BUILD := .build
STATE := .nmes
PACKAGES := libsqlite3-dev libgpiod-dev libedit-dev
KERNEL_PACKAGES := qemu-system-x86 busybox-static cpio kmod xz-utils zstd gcc libc6-dev binutils \
  python3 systemd udev
BENCH_PACKAGES := valgrind binutils gcc libc6-dev
MUTATION_PACKAGES := python3
HOST_PACKAGES := systemd device-tree-compiler
EMBEDDED := $(BUILD)/embedded/StimulationCore.o

.DEFAULT_GOAL := help
.PHONY: help packages build release demo test lint embedded bench host-check kernel-test mutation \
  clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# $(call install,PACKAGES): by apt, as root only when something is missing.
define install
@missing=""; for package in $(1); do \
  dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q 'ok installed' \
    || missing="$$missing $$package"; done; \
if [ -n "$$missing" ]; then \
  if [ "$$(id -u)" = 0 ]; then as_root=""; else as_root="sudo"; fi; \
  $$as_root apt-get update -q && \
  $$as_root apt-get install -y -q --no-install-recommends $$missing; fi
endef

packages: ## Install what apt must give (asks for root when something is missing)
	$(call install,$(PACKAGES))

build: packages ## Build for development
	$(SWIFT) build

release: packages ## Build with the compiler's proof that the loop neither allocates nor locks
	$(SWIFT) build -c release --product nmes --static-swift-stdlib
	$(SWIFT) build -c release --product nmesd --static-swift-stdlib

demo: build ## Run a shortened session for a denervated muscle in real time
	@mkdir -p $(STATE) && rm -f $(STATE)/demo.sqlite*
	@echo "A shortened session: large denervated muscle, tetanic (S4), climbing to 40 mA, 3 trains."
	$(BUILD)/debug/nmes run large-muscle-tetanic --patient DEMO --muscle quadriceps \
	  --electrode-area "180 cm2" --amplitude "40 mA" --trains 3 --log $(STATE)/demo.sqlite
	$(BUILD)/debug/nmes dose show last --log $(STATE)/demo.sqlite

test: packages ## Run all tests
	$(SWIFT) test

lint: ## Check the format of every Swift file
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests

embedded: ## Compile the core as Embedded Swift for a microcontroller
	@mkdir -p $(dir $(EMBEDDED))
	$(SWIFT)c -enable-experimental-feature Embedded -wmo -parse-as-library \
	  -enable-upcoming-feature InternalImportsByDefault -enable-upcoming-feature ExistentialAny \
	  -target armv7em-none-none-eabi -module-name StimulationCore -warnings-as-errors \
	  -c $$(find Sources/StimulationCore -name '*.swift' | sort) -o $(EMBEDDED)

bench: packages ## Measure speed, lateness, accuracy, a thousand STOPs (over an hour, as root)
	$(call install,$(BENCH_PACKAGES))
	$(SWIFT) build -c release --product nmes-bench
	$(SWIFT) build -c release --product nmesd --static-swift-stdlib
	Tests/Benchmarks/bench.sh $(BUILD)/release/nmes-bench
	$(call install,$(KERNEL_PACKAGES))
	BENCH_LIMIT=7200 FULL=1 ONLY="daemon lateness" CONTROLLERS=nmes Hardware/KernelBench/kernel-test.sh $(MATRIX)

host-check: release ## Check unit, users, folders, overlays and configuration in a scratch root
	$(call install,$(HOST_PACKAGES))
	Hardware/Host/check.sh 2.0 $(BUILD)/release/nmesd

kernel-test: packages ## Judge real kernels with simulated pins (MATRIX=all: every cell)
	$(call install,$(KERNEL_PACKAGES))
	Hardware/KernelBench/kernel-test.sh $(MATRIX)

mutation: packages ## Disable each interlock in a copy of the source and see a test fail
	$(call install,$(MUTATION_PACKAGES))
	Tests/Mutation/run.sh

clean: ## Remove what was built
	rm -rf $(BUILD) .build-mutation $(STATE)
