/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * Decides: what passes between the bench's modules and the plant through /dev/nmes-wires.
 * Leaves to others: what a change of a pin means (plant).
 */
#ifndef NMES_WIRES_H
#define NMES_WIRES_H

#include <linux/types.h>

#define NMES_CONVERTERS 8

/* One page, mapped by the plant. */
struct nmes_page {
	__s32 code[NMES_CONVERTERS];	/* what the converters read; the plant writes */
	__s32 noise[NMES_CONVERTERS];	/* each conversion is off by up to so many codes */
	__u64 wake_at;	/* CLOCK_MONOTONIC in ns when read() returns at the latest */
};

enum nmes_change_kind {
	NMES_LINE = 1,	/* index: offset in the chip; value: level */
	NMES_PWM = 2,	/* index: channel; value: active time in ns; period in ns, 0 disabled */
	NMES_LOST = 3,	/* value: how many changes did not fit */
};

/* read() gives whole changes, oldest first; none when wake_at came first. */
struct nmes_change {
	__u64 at;	/* CLOCK_MONOTONIC in ns */
	__u32 kind;
	__u32 index;
	__u64 value;
	__u64 period;
};

#endif
