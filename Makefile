# SPDX-License-Identifier: GPL-2.0
#
# "make help" tells what there is.  The modules themselves are described by the
# Kbuild files under src/; here is only what surrounds them.

MAKEFLAGS += --no-builtin-rules --no-print-directory
SHELL := /bin/bash
.DEFAULT_GOAL := scst

# Where builds go: a directory per kernel and set of options.
BUILD ?= build
override BUILD := $(abspath $(BUILD))

OPTIONS := DEBUG TRACING EXTRACHECKS USE_EXPECTED_VALUES DEBUG_TM \
	TM_DBG_GO_OFFLINE STRICT_SERIALIZING ALLOW_PASSTHROUGH_IO_SUBMIT_IN_SIRQ \
	SCST_HIGHMEM SCST_STRICT_SECURITY \
	ABORT_CONSIDER_FINISHED_TASKS_AS_NOT_EXISTING MEASURE_LATENCY

# The options that debug2perf turns off.
DEBUG_OPTIONS := DEBUG TRACING EXTRACHECKS DEBUG_TM TM_DBG_GO_OFFLINE

# An option given on the command line (NAME=y or NAME=n) is remembered in
# OPTIONS_FILE and holds until it is given again.  The environment doesn't count:
# a DEBUG there was meant for somebody else.
OPTIONS_FILE := $(BUILD)/options
remembered := $(if $(wildcard $(OPTIONS_FILE)),$(shell cat $(OPTIONS_FILE)))
given := $(foreach o,$(OPTIONS),$(if $(filter command%,$(origin $(o))),$(o)))
given_on := $(foreach o,$(given),$(if $(filter y yes 1,$($(o))),$(o)))
given_off := $(foreach o,$(given),$(if $(filter n no 0,$($(o)))$(if $($(o)),,empty),$(o)))
given_bad := $(filter-out $(given_on) $(given_off),$(given))
$(foreach o,$(given_bad),$(error scst: $(o)=$($(o)) makes no sense: use $(o)=y or $(o)=n))
options := $(filter $(OPTIONS),$(filter-out $(given_off),$(sort $(remembered) $(given_on))))

# The kernel's make must see neither our command line nor our options: a DEBUG=y
# means something else there.
MAKEOVERRIDES :=
unexport $(OPTIONS)
passed := V W C CHECK CF KCFLAGS ARCH CROSS_COMPILE LLVM
ifeq ($(origin CC),default)
unexport CC
else
export CC
passed += CC
endif
make_args = $(foreach v,$(passed),$(if $($(v)),$(v)='$($(v))'))
export KVER KDIR ARCH CROSS_COMPILE LLVM BUILD DESTDIR

build_env = OPTIONS='$(options)'
build = +@$(build_env) EXTRA_DIRS='$(EXTRA_DIRS) $(1)' FILES='$(2)' scripts/build-modules $(make_args)

# What keeps us from building, as one line instead of a trace of make's.  (Old
# make's $(shell) has no exported variables, hence all of them here.)
problem = $(shell $(build_env) $(foreach v,KVER KDIR ARCH CROSS_COMPILE LLVM BUILD \
	$(filter CC,$(passed)),$(v)='$($(v))') scripts/build-modules --check 2>&1)
check = $(eval said := $$(problem))$(if $(said),$(error $(said)))

remember = $(if $(given),mkdir -p $(BUILD) && echo '$(options)' > $(OPTIONS_FILE))

# Target drivers that somebody dropped into src/targets.
QLA_DIRS := $(patsubst src/%/,%,$(wildcard src/targets/qla*/))

.PHONY: help scst scst_install scst_uninstall objects dir debug2perf clean
.PHONY: tools tools_install tools_uninstall
.PHONY: deb rpm
.PHONY: qla qla_install qla_uninstall qla_present
.PHONY: demo check check-lint check-unit check-build check-vm check-options check-debug check-libiscsi check-powerloss check-packages check-long bench

scst:
	$(check)
	@$(remember)
	$(call build)

scst_install: scst
	@$(build_env) scripts/install-modules install

scst_uninstall:
	@$(build_env) scripts/install-modules uninstall

# Programs and the library for user space: see src/tools/Makefile.
tools_make = +@$(MAKE) -C src/tools BUILD='$(BUILD)' $(if $(filter $(options),DEBUG),DEBUG=y) \
	$(if $(filter CC,$(passed)),CC='$(CC)')

tools:
	@$(remember)
	$(tools_make) all

tools_install:
	$(tools_make) install

tools_uninstall:
	$(tools_make) uninstall

# Packages, in build/packages: see packaging/.
deb:
	@packaging/deb/build '$(BUILD)/packages'

rpm:
	@packaging/rpm/build '$(BUILD)/packages'

# For work on single files: make objects FILES="core/lun.o core/group.o".
objects:
	$(check)
	@$(remember)
	$(call build,,$(FILES))

# Where the modules of this kernel and these options are built.
dir:
	@$(build_env) scripts/build-modules --dir

qla: qla_present
	$(check)
	@$(remember)
	$(call build,$(QLA_DIRS))

qla_install: qla
	@$(build_env) scripts/install-modules install-dirs $(QLA_DIRS)

qla_uninstall: qla_present
	@$(build_env) scripts/install-modules uninstall-dirs $(QLA_DIRS)

qla_present:
	$(if $(QLA_DIRS),,$(error scst: no QLogic target driver here: put its source \
		directory (qla...) into src/targets, then make qla))

debug2perf:
	@$(if $(remembered),echo '$(filter-out $(DEBUG_OPTIONS),$(remembered))' > $(OPTIONS_FILE))
	@echo "scst: built for performance from now on: $(DEBUG_OPTIONS) are off; make scst scst_install rebuilds"

clean:
	@rm -rf $(BUILD)

demo:
	@tests/demo

check:
	@tests/check

check-lint check-unit check-build check-vm check-options check-debug check-libiscsi check-powerloss check-packages check-long: check-%:
	@tests/check $*

bench:
	@tests/bench/run

help:
	@sed -n 's/^#> \?//p' Makefile

#> Build and install:
#>   make scst            build scst.ko, its device handlers and target drivers (default)
#>   make scst_install    install modules, and headers for other target drivers (as root)
#>   make scst_uninstall  remove what scst_install put there
#>   make tools           build libscst_user, scstadmin, fileio_tgt and the examples for user space;
#>                        tools_install (as root), tools_uninstall likewise
#>   make deb             build Debian packages of everything, into build/packages
#>   make rpm             rpm packages likewise
#>   make qla             build a QLogic target driver put into src/targets/qla*;
#>                        qla_install, qla_uninstall likewise
#>   make debug2perf      forget DEBUG, TRACING, EXTRACHECKS and their kin
#>   make clean           remove all builds, and forget the options
#>   make dir             print where the modules are built
#>   make objects FILES="core/lun.o ..."   compile single files
#>
#> Which kernel:
#>   KVER=6.1.0-38-amd64  version of an installed kernel (default: the running one)
#>   KDIR=/path           build tree of any kernel instead
#>   DESTDIR=/path        install below this directory
#>   BUILD=/path          build there instead of in build/
#>   W=1 C=2 V=1 CC= LLVM= ARCH= CROSS_COMPILE=   as for the kernel's own make
#>
#> Options, as NAME=y or NAME=n; remembered until given again, debug2perf, or clean:
#>   DEBUG                debugging code and more log messages
#>   TRACING              make log events selectable
#>   EXTRACHECKS          more validity checks
#>   USE_EXPECTED_VALUES  trust the initiator's transfer length and direction
#>   DEBUG_TM             delay commands so that initiators send task management
#>   TM_DBG_GO_OFFLINE    with DEBUG_TM: end completely unresponsive
#>   STRICT_SERIALIZING   one command at a time for a device
#>   ALLOW_PASSTHROUGH_IO_SUBMIT_IN_SIRQ   submit pass-through commands from softirqs
#>   SCST_HIGHMEM         data buffers in high memory, on kernels that have it
#>   SCST_STRICT_SECURITY zero data buffers before use
#>   ABORT_CONSIDER_FINISHED_TASKS_AS_NOT_EXISTING   answer ABORT TASK so
#>   MEASURE_LATENCY      measure latencies
#>
#> See it work, test it (as root; machines with Debian's packages):
#>   make demo            boot a kernel, export disks, use them, with a verdict
#>   make check           all but packages: check-lint check-unit check-build check-vm
#>                        check-options check-debug check-libiscsi check-powerloss
#>   make check-packages  packages: built, installed, upgraded, booted, removed
#>   make check-long      what takes too long for that: 60 power losses, storms, more kernels
#>   make bench           cost of a command, beside LIO
