/*
 * Decides: the plant's side of every pin: which line is which, how an input line is driven.
 * Leaves to others: what the pins mean (supply, channel), the module behind the wires.
 */
#ifndef PINS_H
#define PINS_H

#include <stdbool.h>
#include <stdint.h>
#include "../modules/nmes-wires.h"

/* Offsets in the chip, as guest/chip.sh makes it. */
enum line {
  LINE_CH1_POSITIVE, LINE_CH1_NEGATIVE, LINE_CH2_POSITIVE, LINE_CH2_NEGATIVE,
  LINE_RELAY_COIL, LINE_HEARTBEAT, LINE_INDICATOR, LINE_RANGE_0, LINE_RANGE_1,
  LINE_ESTOP_CLOSED, LINE_OVER_CURRENT_CLEAR, LINE_HIGH_VOLTAGE_PRESENT,
  LINE_CONTACT_CLOSED, LINE_HEARTBEAT_SEEN, LINE_COUNT
};
#define FIRST_INPUT LINE_ESTOP_CLOSED

const char *line_name(enum line line);

/* Opens the wires and the chip's files; ends the process with a sentence when it cannot. */
void pins_open(const char *chip_folder);
/* Waits for changes, or until `wake_at`; answers how many there are. */
int pins_wait(int64_t wake_at, struct nmes_change *changes, int most);
/* What a converter reads from now on, each time off by up to `noise`. */
void pins_set_code(int converter, int32_t code, int32_t noise);
/* Drives an input line of the controller, when that changes it. */
void pins_drive(enum line line, bool level);
/* The level of a pin as gpio-sim has it, past everything that the wires told; false once gone. */
bool pins_level(enum line line);
/* Whether the kernel has let go of the chip: its pins stay as they were told last. */
bool pins_are_gone(void);

int64_t now_ns(void);
_Noreturn void give_up(const char *what);

#endif
