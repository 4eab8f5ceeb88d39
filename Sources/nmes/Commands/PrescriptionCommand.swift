// Decides: `nmes prescription`.
// Leaves to others: reading, checking and writing prescriptions (ProtocolLibrary).

import ArgumentParser
import CheckedFiles
import Foundation
import ProtocolLibrary
import StimulationCore

struct PrescriptionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prescription",
    abstract: "Write, check and show prescriptions.",
    subcommands: [NewPrescription.self, Check.self, Show.self])

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check prescription files, each against its protocol.")
    @Argument(help: "Files.", completion: .file(extensions: ["yaml"])) var files: [String]
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      try FileChecks.run(files, json: json) { (file) throws(LibraryError) in
        let prescription = try ProtocolLibrary.loadPrescription(file: file)
        let fields = prescription.fields
        let therapy = try therapy(of: prescription)
        do throws(SessionRefusal) { try prescription.check(against: therapy) } catch {
          throw .refused(FileRefusal([prescription.diagnostic(of: error)]))
        }
        return "\(fields.protocolName) \(fields.protocolVersion) for \(fields.patient)"
      }
    }

    /// The protocol that a prescription names; one that is not there is the file's own error.
    private func therapy(
      of prescription: Prescription
    ) throws(LibraryError) -> TherapyProtocol {
      let name = prescription.fields.protocolName
      do throws(LibraryError) {
        return try ProtocolLibrary.loadProtocol(name, presets: Presets.find)
      } catch {
        guard case .unknownName = error else { throw error }
        throw .refused(
          FileRefusal([prescription.diagnosticOfUnknownProtocol(error.description)]))
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show a prescription.")
    @Argument(help: "The file.", completion: .file(extensions: ["yaml"])) var file: String
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      let prescription: Prescription
      do throws(LibraryError) {
        prescription = try ProtocolLibrary.loadPrescription(file: file)
      } catch {
        throw Failure(error)
      }
      if json {
        try Output.json(PrescriptionModel(prescription))
      } else {
        Output.line(ProtocolText.show(prescription))
      }
    }
  }
}
