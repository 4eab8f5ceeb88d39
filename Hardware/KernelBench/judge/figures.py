# Decides: each figure: how it is computed, and its bound in each cell.
# Leaves to others: reading (record.py, pins.py), the table and the verdict (judge.py).
"""What is judged. A figure is a list of values, each of which must keep the bound."""

from bisect import bisect_right
from dataclasses import dataclass

import pins as at_pins
from record import Unreadable, duration

MS = 1_000_000
US = 1_000
NEVER = 10**15

# Fault edge to outputs inactive, by cell: the kernel's own latencies differ.
REACTION = {"6.1": 500 * US, "6.12-rt": 100 * US}
STOP = 1 * MS
# From a write that failed to outputs inactive: the next safety tick sees it, and reacts.
SAFETY_TICK = 1 * MS
# Phase width at the pins, at the 99.9th percentile.
WIDTH = 20 * US
# Net charge of a pulse over its phase charge, in millionths (0.1 %).
NET_CHARGE = 1_000
# SR-24: the heartbeat toggles at least so often while the coil is on.
BEAT = 5 * MS
# After a drop, and after a kill, the heartbeat stands still. A request that the kernel had
# already begun may end.
LAST_BEAT = 100 * US
LAST_BEAT_AFTER_DROP = 1 * MS
# SR-06: detector and relay have the electrodes free of current.
DETECTOR = 20 * MS
# The declared release of the relay.
RELEASE = 5 * MS
# SR-46: the log's total and the electrodes' own, in millionths, beside 100 uA of on-time.
DELIVERED = 10_000
DELIVERED_BESIDE = 100  # uA
# What no line tells.
ON_NO_LINE = ("lead-off", "short", "stuck-adc", "noisy-adc", "gone-adc", "gone-pwm")
# Electrode current after outputs inactive.
CURRENT = 1 * MS


@dataclass
class Figure:
    """One row of the table."""

    name: str
    values: list
    bound: int
    unit: str = "us"
    at_least: bool = False  # the bound is a floor, not a ceiling
    least: int = 1
    quantile: float = 1.0
    key: str = ""  # its name in expectations

    def judged(self):
        """The value that is held against the bound: the worst, or the quantile."""
        ordered = sorted(self.values, reverse=self.at_least)
        rank = -(-len(ordered) * int(self.quantile * 1000) // 1000)
        return ordered[rank - 1]

    def has_enough(self):
        """Whether it saw what the scenario asks for; otherwise it shows nothing."""
        return len(self.values) >= self.least

    def is_kept(self):
        if not self.has_enough():
            return False
        if not self.values:
            return True
        value = self.judged()
        return value >= self.bound if self.at_least else value <= self.bound

    def strain(self):
        """How near to its bound, 1 at it; what is broken or missing comes first."""
        if not self.has_enough():
            return float("inf")
        if not self.values:
            return 0.0
        value = self.judged()
        if self.at_least:
            return self.bound / value if value > 0 else float("inf")
        if self.bound == 0:
            return 0.0 if value == 0 else float("inf")
        return value / self.bound


class Run:
    """A run with what was rebuilt of it."""

    def __init__(self, cell, events, journal):
        self.cell = cell
        self.events = events
        self.journal = journal
        self.pins = at_pins.follow(events)
        self.pulses = at_pins.pulses(self.pins)
        self.marks = [(e.at, e.name) for e in events if e.kind == "mark"]

    def next_mark(self, at, prefix):
        return min((t for t, name in self.marks if t > at and name.startswith(prefix)),
                   default=NEVER)

    def coil_is_on(self, at):
        """Whether the coil is on just before `at`."""
        earlier = [value for t, value in self.pins.coils if t < at]
        return bool(earlier) and earlier[-1] == 1

    def contact_opens(self, at):
        """When the contact opens after `at`; 0 when it is open already."""
        closed = [value for t, value in self.journal.contacts if t <= at]
        if not closed or closed[-1] == 0:
            return 0
        return min((t for t, value in self.journal.contacts if t > at and value == 0),
                   default=NEVER)


def reactions(run, cause):
    return [r.inactive_at - r.at if r.inactive_at is not None else NEVER
            for r in run.pins.reactions if r.cause == cause]


def fault_reaction(run, options):
    return Figure("fault edge to outputs inactive", reactions(run, "fault"),
                  REACTION[run.cell])


def stop_reaction(run, options):
    bound = duration(options["within"]) if "within" in options else STOP
    return Figure("STOP to outputs inactive", reactions(run, "stop"), bound)


def write_reaction(run, options):
    return Figure("failed write to outputs inactive", reactions(run, "write"),
                  SAFETY_TICK + REACTION[run.cell])


def of_width(run, options):
    """The pulses whose leading phase is nearest to the width that is asked for."""
    width = duration(options["width"])
    return width, [p for p in run.pulses
                   if abs((p.leading.end - p.leading.begin) - width) < width // 5]


def phase_width(run, options):
    width, found = of_width(run, options)
    errors = [abs(p.leading.end - p.leading.begin - width) for p in found]
    if options.get("recovery") == "mirrored":
        errors += [abs(p.recovery.end - p.recovery.begin - width) for p in found]
    return Figure(f"phase width, of {options['width']}", errors, WIDTH, quantile=0.999)


def net_charge(run, options):
    """From the plant: what each pulse of the trace moved one way and the other."""
    width, found = of_width(run, options)
    phases = {}
    for phase in run.journal.phases:
        phases.setdefault(phase.channel, []).append(phase)
    values = []
    for pulse in found:
        own = phases.get(pulse.leading.channel, [])
        first = bisect_right([p.begin for p in own], pulse.leading.begin - at_pins.ONE_REQUEST)
        within = [p for p in own[first:first + 8] if p.begin <= pulse.recovery.end]
        leading = sum(p.charge for p in within if p.begin <= pulse.leading.end)
        if leading == 0:
            values.append(NEVER)
            continue
        net = sum(p.charge for p in within)
        values.append(abs(net) * 1_000_000 // abs(leading))
    return Figure("net charge of a pulse over its phase charge", values, NET_CHARGE, unit="ppm")


def delivered(run, options):
    """What the controller says that it delivered, both ways together, against the plant."""
    said = int(options["charge"]) * 1_000_000  # fC
    received = sum(abs(phase.charge) for phase in run.journal.phases)
    # On-time counts pulses with their pauses; the phases alone make this bound tighter.
    beside = sum(p.end - p.begin for p in run.journal.phases) * DELIVERED_BESIDE
    beyond = max(abs(said - received) - beside, 0)
    share = beyond * 1_000_000 // received if received else NEVER
    return Figure("charge told by the controller against the electrodes'", [share], DELIVERED,
                  unit="ppm")


def dead_time(run, options):
    """Between a phase and the other one of its channel, whether or not they are a pulse."""
    gaps = []
    for channel in {w.channel for w in run.pins.widths}:
        own = sorted((w for w in run.pins.widths if w.channel == channel),
                     key=lambda w: w.begin)
        gaps += [after.begin - before.end for before, after in zip(own, own[1:])
                 if after.side != before.side]
    # The trace has whole microseconds, rounded down: a true gap may read 1 us short.
    floor = duration(options["gap"]) - 1 * US
    return Figure("pause between opposite phases", gaps, floor, at_least=True)


def overlap(run, options):
    told = [c for c in run.journal.complaints if " overlap " in c[1]]
    return Figure("opposite phases on together", [len(run.pins.overlaps) + len(told)], 0,
                  unit="times")


def heartbeat(run, options):
    """While the coil is on: from edge to edge, and from either end of it to the nearest edge."""
    spans = []
    on_at = None
    for at, value in run.pins.coils:
        if value:
            on_at = at
        elif on_at is not None:
            spans.append((on_at, at))
            on_at = None
    kills = [t for t, name in run.marks if name.startswith("signal KILL")]
    if on_at is not None:
        spans.append((on_at, min((t for t in kills if t > on_at), default=NEVER)))
    gaps = []
    for begin, end in spans:
        end = min([end] + [t for t in kills if begin < t < end])
        if end == NEVER:
            continue
        beats = [t for t in run.pins.beats if begin - BEAT <= t <= end]
        edges = beats + [end] if beats else [begin, end]
        gaps += [b - a for a, b in zip(edges, edges[1:])]
    return Figure("heartbeat edge to edge while energised", gaps, BEAT)


def heartbeat_after_drop(run, options):
    """After a fault or STOP; until the scenario starts something anew."""
    values = []
    for reaction in run.pins.reactions:
        if reaction.inactive_at is None:
            values.append(NEVER)
            continue
        dropped = reaction.inactive_at
        until = min(run.next_mark(dropped, "start"), dropped + 100 * MS)
        values.append(max((t - dropped for t in run.pins.beats if dropped < t < until),
                          default=0))
    return Figure("last heartbeat edge after a drop", values, LAST_BEAT_AFTER_DROP)


def kills(run, options):
    """From where on the controller cannot act: a kill, or what the option names.

    The kernel serves a chip for a while that was told to go, how long is its own affair: `gone`
    counts from the last write that it served.
    """
    found = [t for t, name in run.marks if name.startswith(options.get("mark", "signal KILL"))]
    if options.get("mark") != "gone":
        return found
    return [max([t] + [e.at for e in run.events
                       if e.kind == "output" and t < e.at < run.next_mark(t, "start")])
            for t in found]


def since(options):
    return "kill -9" if "mark" not in options else options["mark"]


def kill_heartbeat(run, options):
    values = []
    for at in kills(run, options):
        until = run.next_mark(at, "start")
        values.append(max((t - at for t in run.pins.beats if at < t < until), default=0))
    return Figure(f"{since(options)} to the last heartbeat edge", values, LAST_BEAT)


def kill_contact(run, options):
    """Only kills with the contact closed, or closing, can show it."""
    values = []
    for at in kills(run, options):
        if not run.coil_is_on(at):
            continue
        until = min(run.next_mark(at, "start"), NEVER)
        opened = run.contact_opens(at)
        values.append(max(opened - at, 0) if opened < until else NEVER)
    return Figure(f"{since(options)} to the contact open", values, DETECTOR)


def kill_current(run, options):
    values = []
    for at in kills(run, options):
        until = run.next_mark(at, "start")
        ends = [p.end - at for p in run.journal.phases if at < p.end and p.begin < until]
        values.append(max(ends, default=0))
    return Figure(f"{since(options)} to the last electrode current", values, DETECTOR)


def kill_amplitude(run, options):
    """Until every PWM output is off; of those that had an amplitude."""
    values = []
    for at in kills(run, options):
        until = run.next_mark(at, "start")
        before = [is_on for t, is_on in run.pins.amplitudes if t <= at]
        if not (before and before[-1]):
            continue
        off = NEVER + at
        for t, is_on in run.pins.amplitudes:
            if at < t < until:
                off = NEVER + at if is_on else min(off, t)
        values.append(off - at)
    bound = duration(options["within"])
    return Figure(f"{since(options)} to the amplitudes off", values, bound)


def contact_release(run, options):
    values = []
    for at, value in run.pins.coils:
        opened = run.contact_opens(at) if value == 0 else 0
        if opened:
            values.append(opened - at)
    return Figure("coil released to contact open", values, RELEASE)


def electrode_current(run, options):
    """After outputs inactive, on every fault and STOP."""
    values = []
    for reaction in run.pins.reactions:
        if reaction.inactive_at is None:
            values.append(NEVER)
            continue
        ends = [p.end for p in run.journal.phases
                if p.begin <= reaction.inactive_at < p.end]
        values.append(max(ends, default=reaction.inactive_at) - reaction.inactive_at)
    return Figure("outputs inactive to no electrode current", values, CURRENT)


def inactive_at_end(run, options):
    return Figure("outputs left on at the end", [len(run.pins.left_on)], 0, unit="pins")


def reading_reaction(run, options):
    """From a fault that no line shows to the coil released, while it is on."""
    values = []
    # The plant's, and what the scenario did itself: `fault NAME on`.
    told = run.journal.faults + [(at, name.split()[1], True) for at, name in run.marks
                                 if name.startswith("fault ")]
    for at, name, on in told:
        if on and name in ON_NO_LINE and run.coil_is_on(at):
            released = (t for t, value in run.pins.coils if t > at and value == 0)
            values.append(min(released, default=NEVER + at) - at)
    return Figure("fault on no line to the coil released", values,
                  duration(options["within"]))


def still(run, options):
    """No phase and no coil was on at any time."""
    energised = len(run.pins.widths) + sum(value for _, value in run.pins.coils)
    return Figure("outputs energised", [energised], 0, unit="times")


def leftovers(run, options):
    """Whatever an earlier process left must be off before the coil goes on again."""
    return Figure("outputs on when the coil goes on", [len(on) for on in run.pins.on_at_coil],
                  0, unit="pins")


def wires(run, options):
    """The plant saw what the kernel's pins are, from its begin to its end."""
    wrong = [c for c in run.journal.complaints if " overlap " not in c[1]]
    return Figure("pins that differ from what the plant was told",
                  [len(wrong) + (not run.journal.ended)], 0, unit="times")


def system_calls(run, options):
    """Of the thread that the mark `loop-thread TID` names."""
    threads = {int(name.split()[1]) for _, name in run.marks if name.startswith("loop-thread")}
    allowed = {int(number) for number in options["allowed"].split(",")}
    calls = [e.value for e in run.events if e.kind == "call" and e.thread in threads]
    strange = sorted({number for number in calls if number not in allowed})
    figure = Figure("system calls not allowed to the loop", [0] * len(calls), 0, unit="calls")
    if strange:
        figure.name += ": " + ", ".join(str(number) for number in strange)
        figure.values = [int(number not in allowed) for number in calls]
    return figure


def latenesses(run, name, spin):
    """Of the thread that the mark `waits NAME TID` names: from a deadline, which is what a sleep
    was until and the time to spin, to the end of the last wait before the turn."""
    threads = {int(mark.split()[2]) for _, mark in run.marks if mark.startswith(f"waits {name} ")}
    found, deadline, ended = [], None, 0
    for event in run.events:
        if event.thread not in threads:
            continue
        if event.kind == "sleep":
            deadline = event.value + spin
        elif event.kind == "returned":
            ended = event.at
        elif event.kind == "call" and deadline is not None:
            # The trace tells whole microseconds. Earlier it was woken by something else.
            if ended > deadline - US:
                found.append(max(0, ended - deadline))
            deadline = None
    return sorted(found)


def lateness(run, options):
    """The loop's over the plain loop's, at the 99.9th percentile."""
    spin = duration(options["spin"])
    loop, plain = (latenesses(run, name, spin) for name in ("loop", "plain"))
    figure = Figure("the loop's lateness over a plain loop's", [], 1_200, unit="permille")
    least = int(options["turns"])
    if len(loop) < least or len(plain) < least:
        # Without a value the figure has seen too few, and breaks as such.
        figure.name += f": {len(loop)} and {len(plain)} turns of {least} wanted"
        return figure
    late, beside = (values[-(-len(values) * 999 // 1000) - 1] for values in (loop, plain))
    figure.name += (f" ({late // US} and {beside // US} us at 99.9 % of {len(loop)}"
                    f" and {len(plain)})")
    figure.values = [late * 1_000 // max(beside, US)]
    return figure


FIGURES = {
    "fault-reaction": fault_reaction,
    "stop-reaction": stop_reaction,
    "write-reaction": write_reaction,
    "phase-width": phase_width,
    "net-charge": net_charge,
    "delivered": delivered,
    "dead-time": dead_time,
    "overlap": overlap,
    "heartbeat": heartbeat,
    "heartbeat-after-drop": heartbeat_after_drop,
    "kill-heartbeat": kill_heartbeat,
    "kill-contact": kill_contact,
    "kill-current": kill_current,
    "kill-amplitude": kill_amplitude,
    "contact-release": contact_release,
    "electrode-current": electrode_current,
    "inactive-at-end": inactive_at_end,
    "reading-reaction": reading_reaction,
    "still": still,
    "leftovers": leftovers,
    "wires": wires,
    "system-calls": system_calls,
    "lateness": lateness,
}


def compute(run, wanted):
    """The figures that a scenario expects, worst first."""
    figures = []
    for name, options in wanted:
        if name not in FIGURES:
            raise Unreadable(f"no figure is called '{name}'; there are: {', '.join(FIGURES)}")
        figure = FIGURES[name](run, options)
        figure.least = int(options.get("least", 1))
        figure.key = name
        figures.append(figure)
    return sorted(figures, key=lambda figure: figure.strain(), reverse=True)
