// Decides: in what the families of checked files differ, and the way from text to value that
// they share.
// Leaves to others: keys and values (the readers of each family).

/// A family of files, such as protocols with prescriptions, or boards.
public struct FileFamily: Sendable {
  /// The letter before its codes, such as `P`.
  public let letter: String
  /// The deepest nesting of keys and lists.
  public let deepest: Int
  /// The sources that values may name.
  public let sources: SourceList
  /// The kinds of error that only this family has.
  public let ownCodes: [DiagnosticCode]

  /// A family; no own code has the number of a common one.
  public init(
    letter: String, deepest: Int, sources: SourceList, ownCodes: [DiagnosticCode]
  ) {
    let numbers = (DiagnosticCode.common + ownCodes).map(\.number)
    precondition(Set(numbers).count == numbers.count, "a number stands for one kind of error")
    self.letter = letter
    self.deepest = deepest
    self.sources = sources
    self.ownCodes = ownCodes
  }

  /// All kinds of error of the family, by number.
  public var codes: [DiagnosticCode] {
    (DiagnosticCode.common + ownCodes).sorted { $0.number < $1.number }
  }

  /// Reads a text; throws every error of it at once. `read` reports what is wrong, and answers
  /// `nil` only after it has.
  public func parse<Value>(
    text: String, file: String, _ read: (SourceNode, Findings) -> Value?
  ) throws(FileRefusal) -> Value {
    let tree = SourceTree(text: text, file: file, family: self)
    let findings = Findings(tree.diagnostics, family: self)
    let value = tree.root.flatMap { read($0, findings) }
    if !findings.diagnostics.isEmpty { throw FileRefusal(findings.diagnostics) }
    guard let value else { preconditionFailure("a file that cannot be read says why") }
    return value
  }

  /// A file's text, within the bound on a file's size; what it says is not looked at.
  public func text(file: String) throws(LibraryError) -> String {
    try FileText.read(file, letter: letter)
  }

  /// Reads a file; throws every error of it at once.
  public func load<Value>(
    file: String, _ read: (SourceNode, Findings) -> Value?
  ) throws(LibraryError) -> Value {
    let text = try text(file: file)
    do throws(FileRefusal) {
      return try parse(text: text, file: file, read)
    } catch {
      throw .refused(error)
    }
  }
}
