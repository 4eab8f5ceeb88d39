// Decides: the ways into this module for text.
// Leaves to others: finding files (PresetDirectory) and making plans (SessionRequest).

import StimulationCore

/// Reads protocols and prescriptions, and writes prescriptions.
public enum ProtocolLibrary {
  /// Reads a protocol; throws every error of the text at once.
  public static func parseProtocol(
    text: String, file: String
  ) throws(FileRefusal) -> TherapyProtocol {
    let tree = SourceTree(text: text, file: file)
    let findings = Findings(tree.diagnostics)
    var result: TherapyProtocol?
    if let root = tree.root { result = ProtocolReader(root, findings: findings)?.read() }
    return try ProtocolLibrary.settle(result, findings, file: file)
  }

  static func settle<Value>(
    _ value: Value?, _ findings: Findings, file: String
  ) throws(FileRefusal) -> Value {
    if !findings.diagnostics.isEmpty { throw FileRefusal(findings.diagnostics) }
    guard let value else { preconditionFailure("a file that cannot be read says why") }
    return value
  }
}
