#!/usr/bin/env python3
# Decides: the table of figures, worst first, and the verdict.
# Leaves to others: what is computed (figures.py).
"""judge.py --cell CELL --expect FILE [--must-break FIGURE] FOLDER

Judges a run by the kernel's own trace of its pins and by the plant's journal, which share no
code with the controller. Exit status: 0 every bound is kept, 1 one is broken, 2 nothing can be
judged. With --must-break the run is known to be bad: 0 when that figure finds it in values
beyond its bound. One that saw too few has found nothing.
"""

import argparse
import sys

import figures
from record import Unreadable, read_expectations, read_facts, read_journal, read_trace


def number(figure, value):
    if value >= figures.NEVER:
        return "never"
    if figure.unit == "us":
        return f"{value / 1000:.0f} us"
    return f"{value} {figure.unit}"


def row(figure):
    relation = ">=" if figure.at_least else "<="
    bound = f"{relation} {number(figure, figure.bound)}"
    verdict = "kept" if figure.is_kept() else "BROKEN"
    if not figure.has_enough():
        verdict = f"BROKEN: {figure.least} wanted"
    if not figure.values:
        return (figure.name, "0", "-", "-", bound, verdict)
    median = sorted(figure.values)[len(figure.values) // 2]
    return (figure.name, str(len(figure.values)), number(figure, median),
            number(figure, figure.judged()), bound, verdict)


def table(rows):
    head = ("figure", "count", "median", "judged", "bound", "")
    widths = [max(len(line[i]) for line in [head, *rows]) for i in range(6)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip()
        for line in [head, *rows])


def judge(cell, expect, folder):
    """The printed table, the figures that are broken, and those of them that saw enough."""
    run = figures.Run(cell, read_trace(folder), read_journal(folder))
    computed = figures.compute(run, read_expectations(expect, read_facts(folder)))
    broken = [f for f in computed if not f.is_kept()]
    return (table([row(f) for f in computed]), [f.key for f in broken],
            [f.key for f in broken if f.has_enough()])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cell", required=True, choices=sorted(figures.REACTION))
    parser.add_argument("--expect", required=True)
    parser.add_argument("--must-break", choices=sorted(figures.FIGURES), metavar="FIGURE")
    parser.add_argument("folder")
    options = parser.parse_args()
    try:
        text, broken, found = judge(options.cell, options.expect, options.folder)
    except (Unreadable, OSError, KeyError) as error:
        print(f"judge.py: {options.folder}: {error}", file=sys.stderr)
        return 2
    if options.must_break:
        if options.must_break in found:
            print(f"found by {', '.join(found)}")
            return 0
        print(f"{text}\na run known to be bad was not found by {options.must_break}")
        return 1
    print(text)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
