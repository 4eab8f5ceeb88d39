// Decides: in which order faults come, and which are still to come.
// Leaves to others: their effects (SimulatedBoard).

import StimulationCore

/// The faults of one board in order of time, without references.
struct FaultSchedule {
  private var faults: InlineArray<32, InjectedFault>
  private let count: Int
  private var next = 0

  /// Takes the faults that `isIncluded` accepts.
  init(_ all: [InjectedFault], where isIncluded: (InjectedFault.Kind) -> Bool) {
    faults = InlineArray(repeating: InjectedFault(.writeError, at: .zero))
    var taken = 0
    for fault in all.sorted(by: { $0.at < $1.at }) where isIncluded(fault.kind) {
      faults[taken] = fault
      taken += 1
    }
    count = taken
  }

  /// When the next fault comes; `Int64.max` for none.
  var nextAt: Int64 { next < count ? faults[next].at.rawValue : .max }

  /// Takes the next fault.
  mutating func take() -> InjectedFault {
    let fault = faults[next]
    next += 1
    return fault
  }

  /// How many there are in all.
  var total: Int { count }
  /// How many were taken.
  var taken: Int { next }

  /// A fault by its place in the order.
  subscript(place: Int) -> InjectedFault { faults[place] }
}
