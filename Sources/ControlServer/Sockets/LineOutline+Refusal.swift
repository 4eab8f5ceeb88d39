// Decides: which lines are refused by their outline, before anything is parsed.
// Leaves to others: the outline (LineOutline), lines that are parsed (Dispatcher).

import ControlAPI

extension LineOutline {
  /// No request of ours has a fifth of them.
  static let mostLevels = 16
  /// No request of ours has a tenth of them.
  static let mostValues = 1_024

  /// Why the line is not looked at; `nil` when it may be parsed.
  var refusal: RPCError? {
    if hasNUL {
      return RPCError(
        .invalidRequest, "the line has bytes 0; send UTF-8", reason: "not-utf-8")
    }
    if let escapedMethod {
      return RPCError(
        .invalidRequest,
        "the method \"\(escapedMethod.prefix(64))\" is written with escapes; write the method "
          + "without escapes", reason: "escaped-method")
    }
    if levels > Self.mostLevels {
      return RPCError(
        .invalidRequest,
        "the line has more than \(Self.mostLevels) arrays and objects within one another; no "
          + "request needs them", reason: "too-deep")
    }
    if values > Self.mostValues {
      return RPCError(
        .invalidRequest,
        "the line has more than \(Self.mostValues) values; no request needs them",
        reason: "too-many-values")
    }
    return nil
  }
}
