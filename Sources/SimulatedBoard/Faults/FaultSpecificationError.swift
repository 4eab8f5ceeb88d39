// Decides: what can be wrong with a fault's text, and how that is said in one line.
// Leaves to others: reading the text (FaultSpecification).

/// A fault that cannot be injected as written.
public enum FaultSpecificationError: Error, Sendable, Equatable, CustomStringConvertible {
  /// There is no `@TIME`.
  case noTime(String)
  /// The time is not one.
  case badTime(String, specification: String)
  /// There is no such fault.
  case unknownName(String)
  /// The fault takes no size.
  case takesNoSize(FaultName)
  /// The size is not one that fits the fault.
  case badSize(String, FaultName)
  /// The channel is not `chN` with N from 1 to 8.
  case badChannel(String)
  /// The fault belongs to the whole board.
  case takesNoChannel(FaultName)

  /// One line: what is wrong and what to write.
  public var description: String {
    switch self {
    case .noTime(let text):
      return "fault \"\(text)\" has no time: write NAME[=SIZE][:chN]@TIME, as in lead-off@20s"
    case .badTime(let time, let text):
      return "fault \"\(text)\": \"\(time)\" is not a time from 0 to 24 h: write a number and "
        + "its unit, as in 20s or \"1.5 s\""
    case .unknownName(let name):
      let names = FaultName.allCases.map(\.rawValue).joined(separator: ", ")
      return "there is no fault \"\(name)\"; there are: \(names)"
    case .takesNoSize(let name):
      return "fault \(name.rawValue) takes no size: write \(name.rawValue)@TIME"
    case .badSize(let size, let name):
      let words = name.sizeWords ?? "no size"
      return "fault \(name.rawValue): \"\(size)\" is no size for it: write \(words)"
    case .badChannel(let text):
      return "\"\(text)\" is not a channel: write ch1 to ch8"
    case .takesNoChannel(let name):
      return "fault \(name.rawValue) is of the whole board: leave out the channel"
    }
  }
}
