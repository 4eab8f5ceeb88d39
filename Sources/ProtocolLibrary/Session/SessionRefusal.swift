// Decides: why a protocol, a prescription and a request do not make a session.
// Leaves to others: what is wrong within a file (FileRefusal) and reading files.

public import CheckedFiles
public import StimulationCore

/// Why a session is refused before anything starts.
public enum SessionRefusal: Error, Sendable, Equatable, CustomStringConvertible {
  /// Something that was asked for cannot be: what and what to do.
  case request(String)
  /// A prescription that does not fit the protocol, the patient or the day.
  case prescription(SourceLocation, String)
  /// Two layers that disagree, with where each value stands (SR-17).
  case disagreement(LimitDisagreement, inner: String, outer: String)
  /// A channel's ceiling by prescription above the protocol's.
  case ceiling(
    channel: Int, prescribed: Microamperes, at: SourceLocation, allowed: Microamperes,
    by: SourceLocation)
  /// A plan that is refused by a limit or by the board.
  case plan(PlanRefusal)

  /// Whether a limit refuses it (exit 3), as opposed to bad input (exit 2).
  public var isRefusal: Bool {
    if case .request = self { return false }
    return true
  }

  /// One line: where, what is wrong, the limit and where it stands, and what to do.
  public var description: String {
    switch self {
    case .prescription(let place, _), .ceiling(_, _, let place, _, _): "\(place): \(message)"
    case .request, .disagreement, .plan: message
    }
  }

  /// ``description`` without the place in a prescription's file.
  var message: String {
    switch self {
    case .request(let message), .prescription(_, let message): message
    case .disagreement(let found, let inner, let outer):
      "\(found.kind): \(found.kind.text(of: found.inner.value)) set by \(found.inner.source) at "
        + "\(inner) is looser than \(found.kind.text(of: found.outer.value)) set by "
        + "\(found.outer.source) at \(outer); a layer may only tighten, so change one of the two"
    case .ceiling(let channel, let prescribed, _, let allowed, let limit):
      "ceiling \(prescribed) of channel \(channel + 1) is above the protocol's ceiling "
        + "of \(allowed) at \(limit); prescribe \(allowed) or less"
    case .plan(let refusal): refusal.description
    }
  }
}
