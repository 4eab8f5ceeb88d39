// Decides: how protocols and prescriptions are told.
// Leaves to others: which are served (ServedLibrary), reading and checking them (ProtocolLibrary).

import CheckedFiles
import ControlAPI
import ProtocolLibrary

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
