// Decides: what protocols and prescriptions have beside other checked files: codes, sources and
// forms of text.
// Leaves to others: how files are read and errors printed (CheckedFiles).

public import CheckedFiles

extension DiagnosticCode {
  /// A stage without the finding that it needs.
  public static let finding = DiagnosticCode(32, "a stage without the finding that it needs")
  /// An extended envelope without what it needs.
  public static let extendedEnvelope = DiagnosticCode(
    33, "an extended envelope without what it needs")
}

extension SourceList {
  /// Keys of the list of clinical sources, `m` (general knowledge), `proposal` (ours) or
  /// `local` (a site's own); the last three end with `unconfirmed`.
  static let clinical = SourceList(
    known: Set(
      (Array(1...13) + [15] + Array(18...31) + Array(33...35) + Array(37...39) + Array(42...45))
        .map { "C\($0)" } + ["C19b"]),
    unconfirmed: ["m", "proposal", "local"],
    advice: "\"C4\" or \"C1, C3\", or \"m\", \"proposal\" or \"local\" with \", unconfirmed\"")
}

extension ProtocolLibrary {
  /// The family of protocols and prescriptions.
  public static let family = FileFamily(
    letter: "P", deepest: 4, sources: .clinical, ownCodes: [.finding, .extendedEnvelope])
}

extension TextForm {
  /// A patient's code: no spaces, quotes or slashes, so that it is safe in any file name.
  public static let patientCode = TextForm(
    "a patient code (a letter or digit, then at most 31 letters, digits, points, hyphens and "
      + "underscores; no patient's name)", most: 32,
    first: { isLetter($0) || isDigit($0) },
    rest: { isLetter($0) || isDigit($0) || "._-".unicodeScalars.contains($0) })

  /// A muscle: letters, digits, spaces and hyphens.
  public static let muscle = {
    let characters = TextForm(
      "a muscle (a letter, then at most 47 letters, digits, spaces and hyphens)", most: 48,
      first: { isLetter($0) }, rest: { isLetter($0) || isDigit($0) || $0 == " " || $0 == "-" })
    return TextForm(characters.expectation) { $0.last != " " && characters.allows($0) }
  }()
}
