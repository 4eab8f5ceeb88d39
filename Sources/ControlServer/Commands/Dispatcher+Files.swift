// Decides: which protocols and prescriptions the daemon serves, and how they are told.
// Leaves to others: reading and checking them (ProtocolLibrary).

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

extension Dispatcher {
  func files(_ method: Method, _ params: JSONValue) throws(RPCError) -> Answer {
    switch method {
    case .protocolList: return try listProtocols()
    case .protocolShow:
      return try serve(params, ProtocolShowRequest.self) { request throws(RPCError) in
        let therapy = try library.therapy(request.name)
        return ProtocolShowRequest.Response(
          name: therapy.name, title: therapy.title, stage: therapy.stage.rawValue,
          version: therapy.version, text: ProtocolText.show(therapy))
      }
    case .prescriptionList:
      var items: [PrescriptionListItem] = []
      for name in try library.prescriptionNames() { items.append(item(name)) }
      return Answer(
        json: ReplyText.json(PrescriptionListRequest.Response(prescriptions: items)))
    default:
      return try serve(params, PrescriptionShowRequest.self) { request throws(RPCError) in
        let found = try library.prescription(request.name)
        return PrescriptionShowRequest.Response(
          prescription: Self.item(request.name, found), text: ProtocolText.show(found))
      }
    }
  }

  private func listProtocols() throws(RPCError) -> Answer {
    let names: [String]
    do throws(LibraryError) { names = try library.protocols.names() } catch {
      throw RPCError(error)
    }
    let items = names.map { name in
      do throws(RPCError) {
        let therapy = try library.therapy(name)
        return ProtocolListItem(
          name: name, title: therapy.title, stage: therapy.stage.rawValue,
          version: therapy.version)
      } catch {
        return ProtocolListItem(name: name, problem: error.message)
      }
    }
    return Answer(json: ReplyText.json(ProtocolListRequest.Response(protocols: items)))
  }

  private func item(_ name: String) -> PrescriptionListItem {
    do throws(RPCError) { return Self.item(name, try library.prescription(name)) } catch {
      return PrescriptionListItem(name: name, problem: error.message)
    }
  }

  private static func item(_ name: String, _ found: Prescription) -> PrescriptionListItem {
    let fields = found.fields
    return PrescriptionListItem(
      name: name, patient: fields.patient, muscle: fields.muscle, side: fields.side.rawValue,
      protocolName: fields.protocolName, validUntil: "\(fields.validUntil)")
  }
}
