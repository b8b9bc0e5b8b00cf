# SPDX-License-Identifier: GPL-2.0
#
# For the Kbuild file of a target driver or device handler that is built outside of
# SCST's tree:
#
#	include $(or $(SCST_INCLUDE),scst)/scst.mk
#	obj-m := my_target.o
#
# (make looks for scst/scst.mk in /usr/include and /usr/local/include.) It finds the
# core that is installed for the kernel that is being built for, and lets the compiler
# see its headers and build options, and the linking step its symbols.
# Call the kernel's make as for any module:
#
#	make -C /lib/modules/$(uname -r)/build M=$PWD modules
#
# For a core that is installed elsewhere (make scst_install DESTDIR=...) set SCST_INCLUDE
# to the absolute path of its headers, in the environment or on the command line.

# Where headers are, and where below a kernel's name what was made with its modules
# (the headers of that very core as well, where DKMS has built it): packages first, as
# modprobe does, then what make scst_install has installed.
ifdef SCST_INCLUDE
scst-places := $(SCST_INCLUDE):$(SCST_INCLUDE)/kernel $(SCST_INCLUDE):/var/lib/scst/devel
else
scst-places := /usr/include/scst:/var/lib/scst/devel \
	/usr/local/include/scst:/usr/local/include/scst/kernel
endif

scst-headers-of = $(firstword $(subst :, ,$(1)))
scst-kernels-of = $(lastword $(subst :, ,$(1)))
scst-with-headers := $(strip $(foreach p,$(scst-places),\
	$(if $(wildcard $(call scst-headers-of,$(p))/scsi_tgt.h),$(p))))
scst-place := $(firstword $(foreach p,$(scst-with-headers),\
	$(if $(wildcard $(call scst-kernels-of,$(p))/$(KERNELRELEASE)/Module.symvers),$(p))))

# Cleaning needs no core.
ifeq ($(filter %Makefile.clean,$(MAKEFILE_LIST)),)
ifeq ($(KERNELRELEASE),)
$(error scst: scst.mk is for Kbuild files, which the make of a kernel reads: call that one, with M=)
endif
ifeq ($(scst-with-headers),)
$(error scst: no headers of the core in $(sort $(foreach p,$(scst-places),$(call scst-headers-of,$(p)))): install \
	the package scst-devel, or run make scst_install in its sources, or set SCST_INCLUDE=)
endif
ifeq ($(scst-place),)
scst-kernels := $(sort $(foreach p,$(scst-with-headers),\
	$(notdir $(patsubst %/,%,$(dir $(wildcard $(call scst-kernels-of,$(p))/*/Module.symvers))))))
$(error scst: the core is not installed for kernel $(KERNELRELEASE) (it is for: $(or $(scst-kernels),none)): run \
	dkms install for it, or make scst_install KVER=$(KERNELRELEASE) in its sources)
endif
endif

scst-headers := $(call scst-headers-of,$(scst-place))
scst-kernel := $(call scst-kernels-of,$(scst-place))/$(KERNELRELEASE)

# What was made with the modules goes first. Not ccflags-y: directories below this one
# see them as well.
subdir-ccflags-y += -I$(scst-kernel) -I$(scst-headers)
KBUILD_EXTRA_SYMBOLS += $(scst-kernel)/Module.symvers
