// Decides: the fields that stand behind a log line about a command, for programs that read the
// journal.
// Leaves to others: the line's words (whoever logs) and its form (Journal).

import ControlAPI
import Logging

extension Logger.Metadata {
  /// Who asked for what, and what became of it.
  ///
  /// - Parameters:
  ///   - subject: the method, or what stands for several.
  ///   - outcome: `accepted`, `unconfirmed`, `refused`, `counted`, `lost`, `closed`.
  static func command(
    _ subject: String, uid: UInt32, outcome: String, reason: String? = nil
  ) -> Logger.Metadata {
    var fields: Logger.Metadata = [
      "method": "\(subject)", "uid": "\(uid)", "outcome": "\(outcome)",
    ]
    if let reason { fields["reason"] = "\(reason)" }
    return fields
  }
}
