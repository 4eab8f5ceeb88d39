# Decides: that the judge finds what it must, and nothing in a run that is good.
# Leaves to others: real traces (scenarios/driver.sh).
"""The judge on traces made up: each test spoils one thing of a good run."""

import contextlib
import io
import os
import tempfile
import unittest

import judge
from record import Unreadable, duration, parse_event

NAMES = ("ch1-positive", "ch1-negative", "ch2-positive", "ch2-negative", "relay-coil",
         "heartbeat", "indicator", "range-0", "range-1", "estop-closed",
         "over-current-clear", "high-voltage-present", "contact-closed", "heartbeat-seen")
FIRST = 512
MS = 1_000
EXPECT = """
fault-reaction least=1
phase-width width=10ms least=3 recovery=mirrored
net-charge width=10ms least=3
dead-time gap=100us least=3
overlap
heartbeat least=10
heartbeat-after-drop
contact-release
electrode-current
inactive-at-end
wires
"""


class MadeUp:
    """A run of three pulses that the emergency stop ends in the fourth; times in us."""

    def __init__(self):
        self.events = []
        self.journal = []
        self.written = None
        self.cut = 0
        self.dropped = 0
        self.expect = EXPECT
        self.facts = ""

    def output(self, at, name, value):
        self.events.append((at, f"gpio_value: {FIRST + NAMES.index(name)} set {value}"))

    def input(self, at, name, value):
        text = f"input: (gpio_sim_apply_pull+0x0/0x1d0) line={NAMES.index(name)} level={value}"
        self.events.append((at, text))

    def mark(self, at, text):
        self.events.append((at, f"tracing_mark_write: {text}"))

    def call(self, at, number):
        self.events.append((at, f"sys_enter: NR {number} (1, 2, 3, 4, 5, 6)"))

    def pwm(self, at, duty, enabled=1):
        text = f"pwm_apply: 00000000f00: period=100000 duty_cycle={duty} polarity=0"
        self.events.append((at, f"{text} enabled={enabled} err=0"))

    def turn(self, at, thread, delay):
        """A sleep of 100 us, 50 us of spinning, and a turn that begins so late."""
        timer = "hrtimer_start: hrtimer=00000000f00 function=hrtimer_wakeup"
        expires = (at + 100) * 1000
        self.events.append(
            (at, f"{timer} expires={expires} softexpires={expires} mode=ABS", thread))
        self.events.append((at + 140, "sys_exit: NR 271 = 0", thread))
        self.events.append((at + 150 + delay, "sys_exit: NR 271 = 0", thread))
        self.events.append((at + 160 + delay, "sys_enter: NR 17 (1, 2, 3, 4, 5, 6)", thread))

    def told(self, at, text):
        self.journal.append((at * 1000, text))

    def phase(self, side, begin, end, charge=None):
        self.output(begin, f"ch1-{side}", 1)
        self.output(end, f"ch1-{side}", 0)
        if charge is None:
            charge = (end - begin) * 1000 * 40_000 * (1 if side == "positive" else -1)
        self.told(end, f"phase ch=1 from={begin * 1000} charge_fC={charge} peak_uA=40000")

    def beats(self, begin, end, every=4 * MS):
        for index, at in enumerate(range(begin, end, every)):
            self.output(at, "heartbeat", (index + 1) % 2)

    def folder(self, path):
        with open(os.path.join(path, "lines.txt"), "w", encoding="ascii") as file:
            for offset, name in enumerate(NAMES):
                file.write(f"{FIRST + offset} {offset} {name}\n")
        with open(os.path.join(path, "trace.txt"), "w", encoding="ascii") as file:
            count = len(self.events) + self.cut
            file.write(f"# entries-in-buffer/entries-written: {count}/{self.written or count}\n")
            for at, text, *thread in sorted(self.events, key=lambda event: event[0]):
                stamp = f"{at // 1_000_000}.{at % 1_000_000:06d}"
                name = f"loop-{thread[0] if thread else 130}"
                file.write(f"          {name}     [000] d..1. {stamp:>12}: {text}\n")
        with open(os.path.join(path, "stats.txt"), "w", encoding="ascii") as file:
            file.write("entries: 9\noverrun: 0\ncommit overrun: 0\nbytes: 99\n"
                       f"now ts:     9.000001\ndropped events: {self.dropped}\n")
        with open(os.path.join(path, "plant.log"), "w", encoding="ascii") as file:
            for at, text in sorted(self.journal):
                file.write(f"{at} {text}\n")
        with open(os.path.join(path, "expect"), "w", encoding="ascii") as file:
            file.write(self.expect)
        with open(os.path.join(path, "facts.txt"), "w", encoding="ascii") as file:
            file.write(self.facts)

    def judged(self, cell="6.1"):
        """The names of the figures that are broken."""
        with tempfile.TemporaryDirectory() as path:
            self.folder(path)
            return judge.judge(cell, os.path.join(path, "expect"), path)[1]


def session(reaction=30, recovery=10 * MS, lead=10 * MS, gap=100, beat=4 * MS,
            coil_released=True):
    """A good run, or one that is bad in what an argument says."""
    run = MadeUp()
    run.told(0, "supply on")
    run.told(100 * MS + 10_000_000, "end")
    run.mark(10, "start")
    run.pwm(20, 50_000)
    run.beats(1 * MS, 195 * MS, beat)
    run.output(10 * MS, "relay-coil", 1)
    run.told(13 * MS, "contact 1")
    for begin in (20 * MS, 60 * MS, 100 * MS):
        run.phase("positive", begin, begin + lead)
        back = begin + lead + gap
        run.phase("negative", back, back + recovery)
    edge = 195 * MS - reaction - 1
    run.input(edge, "estop-closed", 0)
    run.phase("positive", 190 * MS, edge + reaction)
    if coil_released:
        run.output(edge + reaction + 2, "relay-coil", 0)
        run.told(edge + reaction + 3 * MS, "contact 0")
    run.pwm(196 * MS, 0)
    return run


class GoodRun(unittest.TestCase):
    def test_a_good_run_breaks_nothing(self):
        self.assertEqual(session().judged(), [])

    def test_a_reaction_within_one_cells_bound_may_break_anothers(self):
        self.assertEqual(session(reaction=300).judged("6.1"), [])
        self.assertIn("fault-reaction", session(reaction=300).judged("6.12-rt"))

    def test_an_edge_while_nothing_is_active_asks_for_no_reaction(self):
        run = session()
        run.input(300 * MS, "high-voltage-present", 0)
        self.assertEqual(run.judged(), [])

    def test_a_level_that_is_set_again_is_no_edge(self):
        run = session()
        run.output(25 * MS, "ch1-negative", 0)
        run.output(196 * MS, "heartbeat", 1)
        run.output(250 * MS, "heartbeat", 1)
        self.assertEqual(run.judged(), [])

    def test_phases_of_another_width_are_not_counted_to_this_one(self):
        run = session()
        run.phase("positive", 145 * MS, 150 * MS)
        run.phase("negative", 150 * MS + 100, 155 * MS)
        self.assertEqual(run.judged(), [])


class BadRun(unittest.TestCase):
    def finds(self, figure, run, cell="6.1"):
        self.assertIn(figure, run.judged(cell))

    def test_a_late_reaction(self):
        self.finds("fault-reaction", session(reaction=600))

    def test_a_coil_that_is_not_released_is_no_reaction(self):
        self.finds("fault-reaction", session(coil_released=False))
        self.finds("inactive-at-end", session(coil_released=False))

    def test_no_fault_where_one_was_wanted(self):
        run = session()
        run.events = [event for event in run.events if "input:" not in event[1]]
        self.finds("fault-reaction", run)

    def test_a_wide_phase(self):
        self.finds("phase-width", session(lead=10 * MS + 25, recovery=10 * MS + 25))

    def test_a_short_recovery(self):
        self.finds("net-charge", session(recovery=10 * MS - 15))

    def test_charge_that_only_the_electrode_shows(self):
        run = session()
        run.journal = [(at, text.replace("charge_fC=-400000000000", "charge_fC=-399000000000"))
                       for at, text in run.journal]
        self.finds("net-charge", run)

    def test_a_pulse_that_never_reached_the_electrode(self):
        run = session()
        run.journal = [line for line in run.journal if "phase" not in line[1]]
        self.finds("net-charge", run)

    def test_a_short_pause_between_opposite_phases(self):
        self.finds("dead-time", session(gap=90))

    def test_opposite_phases_on_together(self):
        self.finds("overlap", session(gap=-10))

    def test_an_overlap_that_the_plant_saw(self):
        run = session()
        run.told(70 * MS, "overlap ch=1")
        self.finds("overlap", run)

    def test_a_slow_heartbeat(self):
        self.finds("heartbeat", session(beat=6 * MS))

    def test_a_heartbeat_that_stops_before_the_coil_is_released(self):
        run = session()
        run.events = [event for event in run.events
                      if event[0] < 150 * MS or f": {FIRST + 5} set" not in event[1]]
        self.finds("heartbeat", run)

    def test_a_heartbeat_after_a_trip(self):
        run = session()
        run.output(200 * MS, "heartbeat", 0)
        run.output(204 * MS, "heartbeat", 1)
        self.finds("heartbeat-after-drop", run)

    def test_a_controller_that_tells_another_charge(self):
        run = session()
        run.expect = "delivered charge=$charge\n"
        # Six phases of 400 uC and 4.969 ms of 40 mA before the stop.
        run.facts = f"charge {6 * 400_000 + 198_760}\n"
        self.assertEqual(run.judged(), [])
        run.facts = "charge 2500000\n"
        self.finds("delivered", run)
        run.facts = "charge 2700000\n"
        self.finds("delivered", run)

    def test_a_reading_that_is_noticed_late_or_never(self):
        run = session()
        run.expect = "reading-reaction within=100ms\n"
        run.told(120 * MS, "fault lead-off on")
        run.told(300 * MS, "fault short on")
        self.assertEqual(run.judged(), [])
        run.told(90 * MS, "fault stuck-adc on")
        self.finds("reading-reaction", run)
        never = session(coil_released=False)
        never.expect = run.expect
        never.told(190 * MS, "fault short on")
        self.finds("reading-reaction", never)

    def test_a_fault_that_the_scenario_made_itself(self):
        run = session()
        run.expect = "reading-reaction within=100ms\n"
        run.mark(120 * MS, "fault gone-adc on")
        self.assertEqual(run.judged(), [])
        run.mark(90 * MS, "fault gone-adc on")
        self.finds("reading-reaction", run)

    def test_anything_energised_where_all_should_be_still(self):
        run = session()
        run.expect = "still\n"
        self.finds("still", run)
        run.events = [event for event in run.events if "pwm" in event[1]]
        self.assertEqual(run.judged(), [])

    def test_something_left_on_by_an_earlier_process(self):
        run = session()
        run.expect = "leftovers\n"
        run.events = [event for event in run.events if "pwm_apply" not in event[1]]
        self.assertEqual(run.judged(), [])
        run.pwm(5 * MS, 50_000)
        self.finds("leftovers", run)

    def test_an_amplitude_left_on(self):
        run = session()
        run.pwm(197 * MS, 10)
        self.finds("inactive-at-end", run)

    def test_current_after_the_outputs_are_inactive(self):
        run = session()
        run.journal = [(at + 2_000_000 if f"from={190 * MS * 1000}" in text else at, text)
                       for at, text in run.journal]
        self.finds("electrode-current", run)

    def test_a_contact_that_opens_slowly(self):
        run = session()
        run.journal = [(at + 3_000_000 if text == "contact 0" else at, text)
                       for at, text in run.journal]
        self.finds("contact-release", run)

    def test_a_pin_that_differs_from_what_the_plant_was_told(self):
        run = session()
        run.told(70 * MS, "mismatch ch1-positive pin=1")
        self.finds("wires", run)

    def test_a_plant_that_did_not_live_to_the_end(self):
        run = session()
        run.journal = [line for line in run.journal if line[1] != "end"]
        self.finds("wires", run)


class Late(unittest.TestCase):
    def turns(self, loop, plain):
        """Turns of both loops, each late by so many us."""
        run = MadeUp()
        run.expect = "lateness spin=50us turns=1000\n"
        at = 1 * MS
        for name, thread, delays in ("plain", 7, plain), ("loop", 8, loop):
            run.mark(at, f"waits {name} {thread}")
            for delay in delays:
                at += 1 * MS
                run.turn(at, thread, delay)
        return run.judged()

    def test_as_late_as_a_plain_loop(self):
        delays = [2] * 998 + [10, 10]
        self.assertEqual(self.turns(delays, delays), [])

    def test_later_than_a_plain_loop(self):
        self.assertEqual(self.turns([2] * 998 + [13, 13], [2] * 998 + [10, 10]), ["lateness"])

    def test_too_few_turns(self):
        self.assertEqual(self.turns([2] * 999, [2] * 1000), ["lateness"])
        self.assertEqual(self.turns([2] * 1000, [2] * 999), ["lateness"])


class Stopped(unittest.TestCase):
    def stopped(self, delay, mark="signal TERM 130", options=""):
        run = MadeUp()
        run.expect = f"stop-reaction least=1{options}\n"
        run.output(1 * MS, "relay-coil", 1)
        run.mark(5 * MS, mark)
        run.output(5 * MS + delay, "relay-coil", 0)
        return run.judged()

    def test_in_time(self):
        self.assertEqual(self.stopped(900), [])

    def test_too_late(self):
        self.assertEqual(self.stopped(1_100), ["stop-reaction"])

    def test_of_an_operator(self):
        for delay, found in (4_900, []), (5_100, ["stop-reaction"]):
            self.assertEqual(self.stopped(delay, "stop control.sock", " within=5ms"), found)


class WriteFails(unittest.TestCase):
    def failed(self, delay, cell="6.1"):
        run = MadeUp()
        run.expect = "write-reaction least=1\n"
        run.output(1 * MS, "relay-coil", 1)
        run.output(4 * MS, "ch1-positive", 1)
        run.mark(5 * MS, "write-fails drop")
        run.output(5 * MS + delay, "ch1-positive", 0)
        run.output(5 * MS + delay, "relay-coil", 0)
        return run.judged(cell)

    def test_seen_at_the_next_tick(self):
        self.assertEqual(self.failed(1_400), [])

    def test_seen_later(self):
        self.assertEqual(self.failed(1_600), ["write-reaction"])
        self.assertEqual(self.failed(1_400, "6.12-rt"), ["write-reaction"])


class Killed(unittest.TestCase):
    def killed(self, opens_after=12 * MS, beats_after=None):
        run = MadeUp()
        run.expect = "kill-heartbeat\nkill-contact\nkill-current\n"
        run.mark(10, "start")
        run.beats(1 * MS, 50 * MS)
        run.output(10 * MS, "relay-coil", 1)
        run.told(13 * MS, "contact 1")
        run.output(45 * MS, "ch1-positive", 1)
        run.mark(50 * MS, "signal KILL 130")
        opened = 50 * MS + opens_after
        run.told(opened, f"phase ch=1 from={45 * MS * 1000} charge_fC=680000000 peak_uA=40000")
        run.told(opened, "contact 0")
        if beats_after:
            run.output(50 * MS + beats_after, "heartbeat", 0)
        run.mark(100 * MS, "start")
        run.beats(101 * MS, 120 * MS)
        return run.judged()

    def test_the_board_acts_by_itself(self):
        self.assertEqual(self.killed(), [])

    def test_a_detector_that_is_late(self):
        self.assertEqual(sorted(self.killed(opens_after=21 * MS)),
                         ["kill-contact", "kill-current"])

    def test_another_mark_from_where_on_only_the_board_acts(self):
        for opens_after, broken in ((12 * MS, []), (21 * MS, ["kill-contact"])):
            run = MadeUp()
            run.expect = "kill-contact mark=write-fails\n"
            run.output(10 * MS, "relay-coil", 1)
            run.told(13 * MS, "contact 1")
            run.mark(50 * MS, "write-fails drop")
            run.told(50 * MS + opens_after, "contact 0")
            self.assertEqual(run.judged(), broken)

    def test_an_amplitude_that_is_turned_off_late_or_never(self):
        for off, broken in ((5 * MS, []), (11 * MS, ["kill-amplitude"]),
                            (None, ["kill-amplitude"])):
            run = MadeUp()
            run.expect = "kill-amplitude mark=gone within=10ms least=1\n"
            run.pwm(40 * MS, 5000)
            run.mark(50 * MS, "gone gpio-sim")
            if off:
                run.pwm(50 * MS + off, 0)
                run.pwm(80 * MS, 0, enabled=0)
            self.assertEqual(run.judged(), broken)

    def test_a_chip_that_goes_counts_from_the_last_write_that_the_kernel_served(self):
        for served, broken in ((12 * MS, []), (10 * MS, ["kill-amplitude"])):
            run = MadeUp()
            run.expect = "kill-amplitude mark=gone within=2ms least=1\n"
            run.pwm(40 * MS, 5000)
            run.mark(50 * MS, "gone gpio-sim")
            run.output(50 * MS + served, "heartbeat", 1)
            run.pwm(50 * MS + 13 * MS, 0)
            self.assertEqual(run.judged(), broken)

    def test_an_amplitude_that_was_off_already_shows_nothing(self):
        run = MadeUp()
        run.expect = "kill-amplitude mark=gone within=10ms least=1\n"
        run.pwm(40 * MS, 0)
        run.mark(50 * MS, "gone gpio-sim")
        self.assertEqual(run.judged(), ["kill-amplitude"])

    def test_a_heartbeat_that_outlives_the_process(self):
        self.assertEqual(self.killed(beats_after=1 * MS), ["kill-heartbeat"])


class SystemCalls(unittest.TestCase):
    def called(self, *numbers):
        run = MadeUp()
        run.expect = "system-calls allowed=16,271 least=2\n"
        run.mark(1, "loop-thread 130")
        for index, number in enumerate(numbers):
            run.call(10 + index, number)
        return run.judged()

    def test_allowed_ones(self):
        self.assertEqual(self.called(16, 271, 16), [])

    def test_one_that_is_not_allowed(self):
        self.assertEqual(self.called(16, 271, 9), ["system-calls"])

    def test_none_at_all_shows_nothing(self):
        self.assertEqual(self.called(), ["system-calls"])


class Reading(unittest.TestCase):
    def test_a_trace_that_lost_events_is_not_judged(self):
        run = session()
        run.written = len(run.events) + 1
        with self.assertRaises(Unreadable):
            run.judged()

    def test_a_trace_that_is_cut_off_behind_its_head_is_not_judged(self):
        run = session()
        run.cut = 1
        with self.assertRaisesRegex(Unreadable, "cut off"):
            run.judged()

    def test_an_event_that_shows_nothing_counts_to_the_whole(self):
        run = session()
        run.events.append((5, "gpio_value: 7 set 1"))
        self.assertEqual(run.judged(), [])

    def test_a_buffer_that_was_full_is_not_judged(self):
        run = session()
        run.dropped = 12
        with self.assertRaisesRegex(Unreadable, "lost events"):
            run.judged()

    def test_a_line_that_is_not_understood_is_not_skipped(self):
        with self.assertRaises(Unreadable):
            parse_event("CPU:0 [LOST 12 EVENTS]", {}, {})

    def test_an_unknown_figure_is_named(self):
        run = session()
        run.expect = "pulse-shape\n"
        with self.assertRaisesRegex(Unreadable, "pulse-shape"):
            run.judged()

    def test_a_count_may_come_from_the_run(self):
        run = session()
        run.expect = "fault-reaction least=$count\n"
        with self.assertRaisesRegex(Unreadable, "count"):
            run.judged()
        run.facts = "count 1\n"
        self.assertEqual(run.judged(), [])
        run.facts = "count 2\n"
        self.assertEqual(run.judged(), ["fault-reaction"])

    def test_a_bare_number_is_no_time(self):
        with self.assertRaises(Unreadable):
            duration("100")
        self.assertEqual(duration("100us"), 100_000)

    def test_worst_comes_first(self):
        with tempfile.TemporaryDirectory() as path:
            session(reaction=600).folder(path)
            text, *_ = judge.judge("6.1", os.path.join(path, "expect"), path)
        self.assertIn("fault edge", text.splitlines()[1])


class Command(unittest.TestCase):
    def status(self, run, *options):
        with tempfile.TemporaryDirectory() as path:
            run.folder(path)
            judge.sys.argv = ["judge.py", "--cell", "6.1", "--expect",
                              os.path.join(path, "expect"), *options, path]
            with contextlib.redirect_stdout(io.StringIO()):
                return judge.main()

    def test_status_says_the_verdict(self):
        self.assertEqual(self.status(session()), 0)
        self.assertEqual(self.status(session(reaction=600)), 1)

    def test_a_bad_run_that_is_not_found_fails(self):
        bad = ("--must-break", "fault-reaction")
        self.assertEqual(self.status(session(reaction=600), *bad), 0)
        self.assertEqual(self.status(session(), *bad), 1)

    def test_a_figure_that_saw_too_few_has_not_found_a_bad_run(self):
        run = session()
        run.expect = "fault-reaction least=2\n"
        self.assertEqual(self.status(run), 1)
        self.assertEqual(self.status(run, "--must-break", "fault-reaction"), 1)


if __name__ == "__main__":
    unittest.main()
