// Decides: that no line, PWM output or converter input of a board is used twice.
// Leaves to others: reading them (the readers).

import CheckedFiles

/// What was used so far while one file is read.
final class Wiring {
  private let findings: Findings
  private var places: [String: SourceLocation] = [:]

  init(findings: Findings) { self.findings = findings }

  /// Notes a use of `what`, such as `line GPIO17 of pinctrl-rp1`; refuses the second.
  func use(_ what: String, at location: SourceLocation) {
    guard let first = places[what] else {
      places[what] = location
      return
    }
    findings.report(
      .usedTwice, location,
      "\(what) is used already at \(first); every use has one of its own, so change one")
  }
}
