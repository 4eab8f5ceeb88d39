// Decides: which measurement runs: `nmes-bench session|instructions N|accuracy|repeat|lateness|
// daemon NMESD`.
// Leaves to others: the measurements (the files beside this one) and the table (bench.sh).

import StimulationCore

let arguments = CommandLine.arguments
switch arguments.count > 1 ? arguments[1] : "" {
case "session": try SessionBench.run()
case "instructions": try InstructionBench.run(channels: Int(arguments[2]) ?? 2)
case "accuracy": try AccuracyBench.run()
case "repeat": try RepeatBench.run()
case "lateness": try LatenessBench.run()
case "daemon": try DaemonBench.run(arguments.count > 2 ? arguments[2] : "nmesd")
default:
  print("usage: nmes-bench session|instructions N|accuracy|repeat|lateness|daemon NMESD")
}
