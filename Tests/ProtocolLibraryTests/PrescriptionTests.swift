// Decides: whether prescriptions are written as they are read, whatever their fields hold.
// Leaves to others: agreement with protocols (SessionRequestTests).

import CheckedFiles
import ProtocolLibrary
import StimulationCore
import Testing

@Suite("Prescriptions")
struct PrescriptionTests {
  private func refused(_ fields: PrescriptionFields) -> [DiagnosticCode] {
    do throws(FileRefusal) {
      _ = try ProtocolLibrary.writePrescription(fields, file: "new.yaml")
      return []
    } catch {
      return error.diagnostics.map(\.code)
    }
  }

  @Test(
    "A prescription that is written reads back with the same fields",
    arguments: Fixture.prescriptionNames)
  func roundTrip(name: String) throws {
    let fields = try Fixture.examplePrescription(name).fields
    let text = try ProtocolLibrary.writePrescription(fields, file: "new.yaml")
    #expect(try ProtocolLibrary.parsePrescription(text: text, file: "new.yaml").fields == fields)
    #expect(try Fixture.text("Protocols/Prescriptions/\(name).yaml") == text)
  }

  @Test("Quotes, backslashes and comment signs in a text stay text")
  func escapes() throws {
    var fields = try Fixture.examplePrescription("innervated-disuse").fields
    fields.clinician = #"Dr "X" \n # \" 'y': {a: [b]} &c *d !e µ"#
    fields.finding.curve = #"\"#
    let text = try ProtocolLibrary.writePrescription(fields, file: "new.yaml")
    #expect(try ProtocolLibrary.parsePrescription(text: text, file: "new.yaml").fields == fields)
  }

  @Test(
    "SR-11: a field that would add lines or leave its form is refused",
    arguments: [
      "X\"\nenvelope: \"extended", "Jane Doe", "a/b", "..", "a\u{202E}b", "a\u{0}b", "", "é",
      String(repeating: "a", count: 33),
    ])
  func injection(code: String) throws {
    var fields = try Fixture.examplePrescription("large-muscle-tetanic").fields
    fields.patient = code
    // What could end its quotes or its line is written as an escape, and no escape is read.
    let isEscaped = code.unicodeScalars.contains { SourceScan.isRefused($0) }
    #expect(refused(fields) == [isEscaped ? .escape : .malformedText])
  }

  @Test("SR-11: a clinician's name of several lines is refused")
  func lines() throws {
    var fields = try Fixture.examplePrescription("large-muscle-tetanic").fields
    fields.clinician = "A\nenvelope: \"extended\""
    #expect(refused(fields) == [.escape])
  }

  @Test("SR-10: a ceiling beyond every envelope is not written")
  func ceiling() throws {
    var fields = try Fixture.examplePrescription("large-muscle-tetanic").fields
    fields.channels[0].ceiling = .milliamperes(251)
    #expect(refused(fields) == [.limit])
    fields.channels = []
    #expect(refused(fields).contains(.structure) || refused(fields).contains(.unquoted))
  }

  @Test("No day exists that the calendar lacks")
  func dates() {
    for text in [
      "2026-02-29", "2026-13-01", "2026-00-10", "2026-1-01", "26-01-01", "2026-04-31",
      "1999-12-31", "2026-01-01 ", "2100-02-29", "２０２６-01-01", "+026-01-01", "",
    ] {
      #expect(CalendarDate(text) == nil, "\(text)")
    }
    for text in ["2028-02-29", "2026-12-31", "2000-01-01"] {
      #expect(CalendarDate(text).map { "\($0)" } == text)
    }
    #expect(Fixture.date("2026-12-31") < Fixture.date("2027-01-01"))
  }
}
