// Decides: how the log tells which prescription a session rests on.
// Leaves to others: what the prescription says (ProtocolLibrary).

internal import Crypto

/// A prescription as the log refers to it: the file by its name and by every byte of it, and the
/// clinician apart.
public struct PrescriptionReference: Sendable, Hashable {
  /// The file's name, without its folder.
  public let file: String
  /// SHA-256 over the file's bytes, as `sha256sum` prints it.
  public let digest: [UInt8]
  /// Who prescribed.
  public let clinician: String

  /// Refers to the file of that name whose bytes are the UTF-8 of `text`.
  public init(file: String, text: String, clinician: String) {
    self.file = String(file.split(separator: "/").last ?? "")
    digest = Array(SHA256.hash(data: Array(text.utf8)))
    self.clinician = clinician
  }
}
