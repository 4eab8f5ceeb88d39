// Decides: what one item of an examined machine is.
// Leaves to others: finding it (the examinations) and showing it (DoctorText).

/// Whether something holds on this machine.
public enum MachineVerdict: String, Sendable, Codable, CaseIterable {
  /// It holds.
  case holds
  /// It does not hold.
  case fails
  /// It cannot be known here, which is neither of the two.
  case unknown

  /// The verdict in words.
  public var text: String {
    switch self {
    case .holds: return "holds"
    case .fails: return "does not hold"
    case .unknown: return "cannot be known here"
    }
  }
}

/// One item: what was asked, what was found, why it matters and what to do.
public struct MachineItem: Sendable, Codable, Equatable {
  /// A word for programs, such as `preemption`.
  public let name: String
  /// What is asked, in a few words for people.
  public let title: String
  /// Whether it holds.
  public let verdict: MachineVerdict
  /// What was found.
  public let found: String
  /// Why it matters.
  public let reason: String
  /// What to do about it; empty where it holds.
  public let remedy: String
}

/// What is asked of a machine, whatever the answer.
struct MachineQuestion {
  let name: String
  let title: String
  let reason: String

  func holds(_ found: String) -> MachineItem { item(.holds, found, "") }

  func fails(_ found: String, _ remedy: String) -> MachineItem { item(.fails, found, remedy) }

  func unknown(_ found: String, _ remedy: String) -> MachineItem { item(.unknown, found, remedy) }

  private func item(
    _ verdict: MachineVerdict, _ found: String, _ remedy: String
  ) -> MachineItem {
    MachineItem(
      name: name, title: title, verdict: verdict, found: found, reason: reason, remedy: remedy)
  }
}
