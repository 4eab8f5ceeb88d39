# Decides: what the trace says of the pins over time: pulses, drops, beats.
# Leaves to others: which of it is good (figures.py).
"""The controller's pins, rebuilt from the kernel's trace."""

from dataclasses import dataclass, field

PHASES = ("ch1-positive", "ch1-negative", "ch2-positive", "ch2-negative")
FAULT_LINES = ("estop-closed", "over-current-clear", "high-voltage-present")
# A drop sets several lines in one request, which the trace shows as so many events.
ONE_REQUEST = 50_000


@dataclass
class Width:
    """One phase at the pins."""

    channel: int
    side: str
    begin: int
    end: int
    cut: bool = False


@dataclass
class Pulse:
    """A leading phase and its recovery."""

    leading: Width
    recovery: Width


@dataclass
class Reaction:
    """From what asked for it to all outputs inactive; `None` when they never were."""

    cause: str
    at: int
    inactive_at: int = None


@dataclass
class Pins:
    """Everything that the pins did."""

    widths: list = field(default_factory=list)
    coils: list = field(default_factory=list)
    beats: list = field(default_factory=list)
    reactions: list = field(default_factory=list)
    overlaps: list = field(default_factory=list)
    left_on: list = field(default_factory=list)
    on_at_coil: list = field(default_factory=list)
    amplitudes: list = field(default_factory=list)


class Follower:
    """Follows the events in order."""

    def __init__(self):
        self.pins = Pins()
        self.level = {}
        self.pwm = {}
        self.since = {}
        self.pending = []

    def is_active(self):
        return any(self.level.get(name) for name in (*PHASES, "relay-coil"))

    def ask(self, cause, at):
        """A reaction is due when something is active."""
        if self.is_active():
            reaction = Reaction(cause, at)
            self.pins.reactions.append(reaction)
            self.pending.append(reaction)

    def set_output(self, name, value, at):
        if self.level.get(name, 0) == value:
            return
        self.level[name] = value
        if name == "heartbeat":
            self.pins.beats.append(at)
        elif name == "relay-coil":
            self.pins.coils.append((at, value))
            if value:
                on = [phase for phase in PHASES if self.level.get(phase)]
                on += [f"pwm {name}" for name, active in self.pwm.items() if active]
                self.pins.on_at_coil.append(on)
        elif name in PHASES:
            self.set_phase(name, value, at)
        if self.pending and not self.is_active():
            for reaction in self.pending:
                reaction.inactive_at = at
            self.pending = []

    def set_phase(self, name, value, at):
        channel, side = int(name[2]), name[4:]
        other = f"ch{channel}-" + ("negative" if side == "positive" else "positive")
        if value:
            self.since[name] = at
            return
        self.pins.widths.append(Width(channel, side, self.since[name], at))
        if self.level.get(other):
            self.pins.overlaps.append((at, channel))

    def follow(self, event):
        if event.kind == "output":
            self.set_output(event.name, event.value, event.at)
        elif event.kind == "input" and event.name in FAULT_LINES and event.value == 0:
            self.ask("fault", event.at)
        elif event.kind == "pwm":
            self.pwm[event.name] = event.value
            self.pins.amplitudes.append((event.at, any(self.pwm.values())))
        elif event.kind == "mark" and event.name.startswith("signal "):
            signal = event.name.split()[1]
            if signal in ("TERM", "INT"):
                self.ask("stop", event.at)
            elif signal == "KILL":
                # The pins stay as they are: what counts is the board's own reaction.
                self.pending = []
        elif event.kind == "mark" and event.name.startswith("stop "):
            self.ask("stop", event.at)
        elif event.kind == "mark" and event.name.startswith("write-fails"):
            self.ask("write", event.at)

    def finish(self):
        """Marks what a drop cut short, and what is still on."""
        self.pins.left_on = [name for name in (*PHASES, "relay-coil") if self.level.get(name)]
        self.pins.left_on += [f"pwm {name}" for name, active in self.pwm.items() if active]
        drops = [at for at, value in self.pins.coils if value == 0]
        index = 0
        for width in self.pins.widths:
            while index < len(drops) and drops[index] < width.end - ONE_REQUEST:
                index += 1
            width.cut = index < len(drops) and abs(drops[index] - width.end) <= ONE_REQUEST
        return self.pins


def follow(events):
    follower = Follower()
    for event in events:
        follower.follow(event)
    return follower.finish()


def pulses(pins):
    """Pairs of leading phase and recovery by channel; a release of the coil begins anew."""
    releases = [at for at, value in pins.coils if value == 0]
    found = []
    for channel in sorted({width.channel for width in pins.widths}):
        leading = None
        for width in (w for w in pins.widths if w.channel == channel):
            if leading and any(leading.end < at < width.begin for at in releases):
                leading = None
            if width.cut:
                leading = None
            elif leading and leading.side != width.side:
                found.append(Pulse(leading, width))
                leading = None
            else:
                leading = width
    return found
