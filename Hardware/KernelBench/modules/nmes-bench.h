/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Decides: what the bench's modules offer to one another.
 * Leaves to others: the plant's side (nmes-wires.h).
 */
#ifndef NMES_BENCH_H
#define NMES_BENCH_H

#include <linux/types.h>
#include "nmes-wires.h"

/* nmes-adc: the page whose codes the converters read. */
struct nmes_page *nmes_adc_page(void);

/* nmes-pwm: who hears of each applied state; NULL for nobody. */
typedef void (*nmes_pwm_listener)(unsigned int channel, u64 active, u64 period);
void nmes_pwm_listen(nmes_pwm_listener listener);

#endif
