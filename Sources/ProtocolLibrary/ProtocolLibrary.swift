// Decides: the ways into this module for text.
// Leaves to others: finding files (PresetDirectory) and making plans (SessionRequest).

public import CheckedFiles

/// Reads protocols and prescriptions, and writes prescriptions.
public enum ProtocolLibrary {
  /// Reads a protocol; throws every error of the text at once.
  public static func parseProtocol(
    text: String, file: String
  ) throws(FileRefusal) -> TherapyProtocol {
    try family.parse(text: text, file: file) { ProtocolReader($0, findings: $1)?.read() }
  }
}
