# Decides: how the kernel's trace, the plant's journal and a scenario's expectations are read.
# Leaves to others: what they show (figures.py).
"""What a run left behind, as typed records. All times are CLOCK_MONOTONIC in nanoseconds."""

import os
import re
from dataclasses import dataclass, field

UNITS = {"ns": 1, "us": 1_000, "ms": 1_000_000, "s": 1_000_000_000}
EVENT = re.compile(r"^\s*\S.*?-(\d+)\s+\[\d+\]\s+\S+\s+(\d+)\.(\d{6}): (\S+): (.*)$")
INPUT = re.compile(r"line=(\d+) level=(-?\d+)")
PWM = re.compile(r"(\S+): period=(\d+) duty_cycle=(\d+) polarity=\d+ enabled=(\d)")
SOFT_EXPIRES = re.compile(r"softexpires=(\d+)")
WRITTEN = re.compile(r"entries-in-buffer/entries-written: (\d+)/(\d+)")
# The kernel's statistics of its buffer. A full one that does not overwrite drops, and the head
# of the trace does not tell it.
LOST = re.compile(r"^(?:overrun|commit overrun|dropped events): [1-9]", re.MULTILINE)


class Unreadable(Exception):
    """What a run left cannot be judged."""


@dataclass
class Event:
    """One line of the trace: an output or input set, a PWM state, a mark, a system call or its
    end, a sleep."""

    at: int
    kind: str
    name: str
    value: int
    thread: int


@dataclass
class Phase:
    """What an electrode received in one stretch of current, from the plant."""

    channel: int
    begin: int
    end: int
    charge: int


@dataclass
class Journal:
    """The plant's own account."""

    contacts: list = field(default_factory=list)
    phases: list = field(default_factory=list)
    faults: list = field(default_factory=list)
    complaints: list = field(default_factory=list)
    ended: bool = False


def duration(text):
    match = re.fullmatch(r"(\d+)(ns|us|ms|s)", text)
    if not match:
        raise Unreadable(f"'{text}' is no time: a whole number with ns, us, ms or s")
    return int(match[1]) * UNITS[match[2]]


def read_lines(path):
    """The names of the chip's lines: by global number and by offset."""
    by_number, by_offset = {}, {}
    with open(path, encoding="ascii") as file:
        for line in file:
            number, offset, name = line.split()
            by_number[int(number)] = name
            by_offset[int(offset)] = name
    return by_number, by_offset


def parse_event(line, by_number, by_offset):
    match = EVENT.match(line)
    if not match:
        raise Unreadable(f"the trace has a line that is not understood: {line.strip()}")
    thread, at = int(match[1]), int(match[2]) * 1_000_000_000 + int(match[3]) * 1_000
    kind, text = match[4], match[5]
    if kind == "gpio_value":
        number, direction, value = text.split()
        name = by_number.get(int(number))
        if direction != "set" or name is None:
            return None
        return Event(at, "output", name, int(value), thread)
    if kind == "input":
        found = INPUT.search(text)
        return Event(at, "input", by_offset[int(found[1])], int(found[2]), thread)
    if kind == "pwm_apply":
        found = PWM.search(text)
        active = int(found[3]) if found[4] == "1" else 0
        return Event(at, "pwm", found[1], active, thread)
    if kind == "tracing_mark_write":
        return Event(at, "mark", text.strip(), 0, thread)
    if kind == "sys_enter":
        return Event(at, "call", "", int(text.split()[1]), thread)
    if kind == "sys_exit":
        return Event(at, "returned", "", int(text.split()[1]), thread)
    if kind == "hrtimer_start" and "function=hrtimer_wakeup " in text:
        return Event(at, "sleep", "", int(SOFT_EXPIRES.search(text)[1]), thread)
    return None


def read_trace(folder):
    """Every event that the kernel wrote: one lost in its buffer or behind it is refused."""
    by_number, by_offset = read_lines(os.path.join(folder, "lines.txt"))
    events, lines, held, written = [], 0, 0, None
    with open(os.path.join(folder, "trace.txt"), encoding="ascii", errors="replace") as file:
        for line in file:
            if line.startswith("#"):
                found = WRITTEN.search(line)
                if found:
                    held, written = int(found[1]), int(found[2])
                continue
            if not line.strip():
                continue
            # One that shows nothing counts too: the head counts it.
            lines += 1
            event = parse_event(line, by_number, by_offset)
            if event:
                events.append(event)
    with open(os.path.join(folder, "stats.txt"), encoding="ascii") as file:
        has_lost = bool(LOST.search(file.read()))
    if written is None:
        raise Unreadable("the trace has no head")
    if held != written or has_lost:
        raise Unreadable("the trace lost events: give the scenario a larger TRACE_KB")
    if lines != written:
        raise Unreadable(f"the trace is cut off: {lines} events of {written}")
    return events


def read_journal(folder):
    journal = Journal()
    with open(os.path.join(folder, "plant.log"), encoding="ascii") as file:
        for line in file:
            at, word, *rest = line.split()
            fields = dict(item.split("=", 1) for item in rest if "=" in item)
            if word == "contact":
                journal.contacts.append((int(at), int(rest[0])))
            elif word == "phase":
                journal.phases.append(
                    Phase(int(fields["ch"]), int(fields["from"]), int(at),
                          int(fields["charge_fC"])))
            elif word == "fault":
                journal.faults.append((int(at), rest[0], rest[1] == "on"))
            elif word in ("mismatch", "lost", "overlap"):
                journal.complaints.append((int(at), line.strip()))
            elif word == "end":
                journal.ended = True
    return journal


def read_facts(folder):
    """What the scenario knew only when it ran: `NAME VALUE` lines."""
    path = os.path.join(folder, "facts.txt")
    if not os.path.exists(path):
        return {}
    with open(path, encoding="ascii") as file:
        return dict(line.split(None, 1) for line in file.read().splitlines() if line)


def option(item, facts):
    """`key=value`, or `key=$fact`."""
    key, value = item.split("=", 1)
    if not value.startswith("$"):
        return key, value
    if value[1:] not in facts:
        raise Unreadable(f"the run told no fact called '{value[1:]}'")
    return key, facts[value[1:]]


def read_expectations(path, facts):
    """Lines of `FIGURE [key=value]...`; what follows # is comment."""
    wanted = []
    with open(path, encoding="ascii") as file:
        for line in file:
            words = line.split("#")[0].split()
            if words:
                wanted.append((words[0], dict(option(item, facts) for item in words[1:])))
    if not wanted:
        raise Unreadable(f"{path} expects nothing")
    return wanted
