// Decides: how files are checked one after the other, and what the status of several is.
// Leaves to others: checking one (ProtocolLibrary).

import CheckedFiles
import ProtocolLibrary

enum FileChecks {
  private struct Result: Encodable {
    let file: String
    let ok: Bool
    let summary: String?
    let errors: [String]
  }

  /// Checks every file; 1 when any is refused, 2 when any cannot be read.
  static func run(
    _ files: [String], json: Bool, _ check: (String) throws(LibraryError) -> String
  ) throws {
    var results: [Result] = []
    var status = ExitStatus.done
    for file in files {
      do throws(LibraryError) {
        let summary = try check(file)
        results.append(Result(file: file, ok: true, summary: summary, errors: []))
        if !json { Output.line("\(file): ok: \(summary)") }
      } catch {
        var isNegative = false
        if case .refused = error { isNegative = true }
        if !isNegative { status = .badInput } else if status == .done { status = .negative }
        let lines = error.description.split(separator: "\n").map(String.init)
        results.append(Result(file: file, ok: false, summary: nil, errors: lines))
        if !json { for line in lines { Output.error(line) } }
      }
    }
    if json { try Output.json(results) }
    guard status == .done else {
      let refused = results.filter { !$0.ok }.count
      throw Failure(status, "\(refused) of \(files.count) files refused")
    }
  }
}
