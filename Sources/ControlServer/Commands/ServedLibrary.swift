// Decides: which protocols and prescriptions the daemon serves.
// Leaves to others: reading and checking them (ProtocolLibrary), telling them (Dispatcher).

import CheckedFiles
import ControlAPI
public import ProtocolLibrary

/// The folders of protocols and prescriptions.
public struct ServedLibrary: Sendable {
  /// How prescriptions are called.
  private static let kind = NamedFiles.Kind(
    folder: "Prescriptions", variable: "NMES_PRESCRIPTIONS", item: "prescription",
    content: "prescription")
  let protocols: PresetDirectory
  let prescriptions: NamedFiles?

  /// Folders; without one of prescriptions there are none.
  public init(protocols: PresetDirectory, prescriptions: String?) {
    self.protocols = protocols
    self.prescriptions = prescriptions.map { NamedFiles(Self.kind, path: $0) }
  }

  /// A protocol by its name: no path, so that no client chooses what the daemon reads.
  func therapy(_ name: String) throws(RPCError) -> TherapyProtocol {
    do throws(LibraryError) { return try protocols.load(name) } catch { throw RPCError(error) }
  }

  /// The names of the prescriptions.
  func prescriptionFiles() throws(LibraryError) -> [String] {
    guard let prescriptions else { return [] }
    return try prescriptions.names()
  }

  /// The names of the prescriptions, for a client.
  func prescriptionNames() throws(RPCError) -> [String] {
    do throws(LibraryError) { return try prescriptionFiles() } catch { throw RPCError(error) }
  }

  /// A prescription by its file's name, for a client.
  func prescription(_ name: String) throws(RPCError) -> Prescription {
    do throws(LibraryError) {
      if let found = try loadPrescription(name) { return found }
    } catch {
      throw RPCError(error)
    }
    throw .parameters(
      "the daemon has no folder of prescriptions; its configuration names one (prescriptions)")
  }

  /// A prescription by its file's name; `nil` without a folder of them.
  func loadPrescription(_ name: String) throws(LibraryError) -> Prescription? {
    guard let prescriptions else { return nil }
    return try prescriptions.load(name, nameOf: { _ in name }) { file throws(LibraryError) in
      try ProtocolLibrary.loadPrescription(file: file)
    }
  }
}
