// Decides: which signals stop a run.
// Leaves to others: what stopping means (SimulatedRun).

import Dispatch
import Foundation

/// Turns Ctrl-C, termination and a lost terminal into a stop.
final class StopSignals {
  private var sources: [any DispatchSourceSignal] = []

  /// Calls `stop` at every such signal, on a thread of its own.
  func watch(_ stop: @escaping @Sendable () -> Void) {
    let queue = DispatchQueue(label: "stop", qos: .userInteractive)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler(handler: stop)
      source.resume()
      sources.append(source)
    }
  }
}
