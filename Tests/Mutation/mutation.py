"""Proves that each interlock is tested: ignores one at a time and expects a test to fail.

Decides: how an interlock is ignored (in a copy of the core; the product has no such switch),
which tests are run, and what counts as killed.
Leaves to others: the tests themselves (Tests/StimulationCoreTests/Interlocks).

usage: run.sh [INTERLOCK...]   (a name as in welded-relay or weldedRelay; none: all)
exit:  0 each was killed, 1 one survived or the tests fail by themselves, 2 bad usage
"""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / ".build-mutation"
COPY = WORK / "source"
BUILD = WORK / "build"
CORE = "Sources/StimulationCore"
TESTS = "Tests/StimulationCoreTests/Interlocks"
# What the tests share with the others of their target.
SUPPORT = "Tests/StimulationCoreTests/Support"
VARIABLE = "NMES_MUTATION_IGNORES"
FILTER = "InterlockTests"
MUTANT_SECONDS = 180
BUILD_SECONDS = 1_800

PACKAGE = """// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "mutation",
  targets: [
    .target(
      name: "StimulationCore",
      swiftSettings: [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .unsafeFlags(["-Xfrontend", "-experimental-performance-annotations"]),
      ]),
    .testTarget(name: "StimulationCoreTests", dependencies: ["StimulationCore"]),
  ]
)
"""

SWITCH = """import Glibc

/// Exists in this copy only: the interlock that the environment asks to ignore.
enum MutationSwitch {
  static let ignored: Int = {
    guard let text = unsafe getenv("%s") else { return -1 }
    return Int(unsafe atoi(text))
  }()
  static func ignores(_ id: InterlockID) -> Bool { Int(id.rawValue) == ignored }
}
""" % VARIABLE

# Every place at which an interlock enters the latch.
PATCHES = [
    (
        "mutating func trip(_ id: InterlockID, channel: Int = -1) {\n",
        "    if MutationSwitch.ignores(id) { return }\n",
    ),
    (
        "init(startingWith id: InterlockID) {\n",
        "    if MutationSwitch.ignores(id) { return }\n",
    ),
    (
        "mutating func reset() {\n    all = FaultSet()\n",
        "    first = nil\n    if MutationSwitch.ignores(.notYetChecked) { return }\n",
    ),
]


def fail(message, status=1):
    print(f"mutation: {message}", file=sys.stderr)
    sys.exit(status)


def interlocks():
    """The interlocks in the order of the source, as (case, name)."""
    source = (ROOT / CORE / "Interlocks/InterlockID.swift").read_text()
    cases = re.findall(r"^  case (\w+)$", source, re.MULTILINE)
    stated = re.search(r"static var count: Int \{ (\d+) \}", source)
    if not stated or int(stated.group(1)) != len(cases):
        fail(f"found {len(cases)} cases of InterlockID, which is not InterlockID.count")
    return [(case, re.sub(r"([A-Z])", lambda m: "-" + m.group(1).lower(), case)) for case in cases]


def chosen(names):
    every = interlocks()
    if not names:
        return every
    known = {key: pair for pair in every for key in pair}
    for name in names:
        if name not in known:
            fail(f"no interlock is called {name}; see InterlockID.swift for their names", 2)
    return [pair for pair in every if pair[0] in names or pair[1] in names]


def patched(text):
    for anchor, inserted in PATCHES:
        if text.count(anchor) != 1:
            fail(f"FaultLatch.swift has not exactly one '{anchor.strip()}': adapt mutation.py")
        text = text.replace(anchor, anchor + inserted)
    return text


def copy():
    """Brings the copy up to date; files that did not change keep their times."""
    wanted = {COPY / "Package.swift": PACKAGE}
    wanted[COPY / CORE / "Interlocks/MutationSwitch.swift"] = SWITCH
    for folder in (CORE, TESTS, SUPPORT):
        for path in sorted((ROOT / folder).rglob("*.swift")):
            text = path.read_text()
            if path.name == "FaultLatch.swift":
                text = patched(text)
            wanted[COPY / path.relative_to(ROOT)] = text
    for path in COPY.rglob("*.swift"):
        if path not in wanted:
            path.unlink()
    for path, text in wanted.items():
        if not path.exists() or path.read_text() != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)


def build():
    command = [
        "swift", "build", "--build-tests", "-c", "release", "-Xswiftc", "-enable-testing",
        "--package-path", str(COPY), "--scratch-path", str(BUILD),
    ]
    result = subprocess.run(
        command, capture_output=True, text=True, timeout=BUILD_SECONDS, check=False)
    if result.returncode != 0:
        print(result.stdout[-4_000:] + result.stderr[-4_000:], file=sys.stderr)
        fail("the copy does not build")
    return BUILD / "release/mutationPackageTests.xctest"


def run(bundle, ignored, options=()):
    """Runs the tests; answers (passed, what failed by name, why the process ended)."""
    environment = dict(os.environ)
    environment.pop(VARIABLE, None)
    if ignored is not None:
        environment[VARIABLE] = str(ignored)
    command = [str(bundle), "--testing-library", "swift-testing", "--filter", FILTER, *options]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        encoding="utf-8", errors="replace", start_new_session=True)
    try:
        output, _ = process.communicate(timeout=MUTANT_SECONDS)
        ending = None
        if process.returncode < 0:
            ending = f"crash ({signal.Signals(-process.returncode).name})"
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        ending = f"no end within {MUTANT_SECONDS} s"
    output = re.sub(r"\x1b\[[0-9;]*m", "", output)
    failed = re.findall(
        r'^.\s+Test (".*?"|\w+\(.*?\)) (?:recorded an issue|failed after|with .* failed)', output,
        re.MULTILINE)
    failed = list(dict.fromkeys(name.strip('"') for name in failed))
    ran = re.search(r"Test run with (\d+) tests?", output)
    passed = process.returncode == 0 and not failed and ending is None
    if passed and (not ran or int(ran.group(1)) == 0):
        print(output[-2_000:], file=sys.stderr)
        fail(f"no test ran with the filter {FILTER}")
    if ending:
        begun = re.findall(r'^.\s+Test (".*?"|\w+\(.*?\)) started', output, re.MULTILINE)
        over = re.findall(r'^.\s+Test (".*?"|\w+\(.*?\)).* (?:passed|failed) after', output,
                          re.MULTILINE)
        open_tests = [name.strip('"') for name in begun if name not in over]
        if options and open_tests:
            ending += f' in "{open_tests[-1]}"'
        elif not options and process.returncode != -signal.SIGKILL:
            # One test after the other, the one that crashes is the one that is open.
            return run(bundle, ignored, ["--no-parallel"])
    return passed, failed, ending, output


def killer(name, failed, ending):
    """The failed test that speaks of the interlock, if there is one."""
    if not failed:
        return ending
    speaking = [test for test in failed if name in test]
    others = f" and {len(failed) - 1} more" if len(failed) > 1 else ""
    return f'"{(speaking or failed)[0]}"{others}' + (f", then {ending}" if ending else "")


def main():
    mutants = chosen(sys.argv[1:])
    every = [case for case, _ in interlocks()]
    copy()
    print("building the copy", flush=True)
    bundle = build()
    began = time.monotonic()
    passed, failed, ending, output = run(bundle, None)
    if not passed:
        print(output[-4_000:], file=sys.stderr)
        fail(f"with no interlock ignored: {killer('', failed, ending)}")
    print(f"with no interlock ignored: all pass ({time.monotonic() - began:.0f} s)", flush=True)
    survivors = []
    for number, (case, name) in enumerate(mutants, 1):
        print(f"[{number:2}/{len(mutants)}] {name} ", end="", flush=True)
        passed, failed, ending, output = run(bundle, every.index(case))
        if not passed and not failed and not ending:
            print(output[-2_000:], file=sys.stderr)
            fail("the tests failed without a name that this script can read: adapt it")
        if passed:
            survivors.append(name)
            print("SURVIVED", flush=True)
        else:
            print(f"killed by: {killer(name, failed, ending)}", flush=True)
    for name in survivors:
        print(f"SURVIVED {name}: no test fails when it is ignored")
    killed = len(mutants) - len(survivors)
    print(f"{len(mutants)} interlocks, {killed} killed, {len(survivors)} survived")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
