// Decides: which kinds of error every checked file can have, each with a stable number.
// Leaves to others: kinds that one family of files has beside these (the families), where an
// error stands and its words (Diagnostic, the readers).

/// One kind of error in a checked file. Numbers are never reused within a family of files.
///
/// The common kinds have the same number in every family: `P012` is to a protocol what `B012`
/// is to a board. A family adds its own in an extension.
public struct DiagnosticCode: Sendable, Hashable {
  /// The number, counted from 1.
  public let number: Int
  /// One line that says what the code means.
  public let meaning: String
  /// Whether the text is well formed and a limit refuses it, as opposed to bad input.
  public let isRefusal: Bool

  /// A kind of error; `isRefusal` where a limit refuses what is well formed.
  public init(_ number: Int, _ meaning: String, isRefusal: Bool = false) {
    self.number = number
    self.meaning = meaning
    self.isRefusal = isRefusal
  }

  /// The code as it is printed for a family of files, such as `P012`.
  public func name(of letter: String) -> String {
    let digits = "\(number)"
    return letter + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
  }
}

extension DiagnosticCode {
  /// Not UTF-8.
  public static let notUTF8 = DiagnosticCode(1, "the file is not UTF-8 text")
  /// Larger than a file may be.
  public static let tooLarge = DiagnosticCode(2, "the file is larger than a file may be")
  /// Nothing in it.
  public static let empty = DiagnosticCode(3, "the file has nothing in it")
  /// A control character, byte order mark or foreign line break.
  public static let controlCharacter = DiagnosticCode(
    4, "a control character, byte order mark or foreign line break")
  /// A tab.
  public static let tab = DiagnosticCode(5, "a tab")
  /// Not YAML.
  public static let syntax = DiagnosticCode(6, "the text is not YAML")
  /// More than one document, or a directive.
  public static let severalDocuments = DiagnosticCode(7, "more than one document, or a directive")
  /// An anchor or an alias.
  public static let anchor = DiagnosticCode(8, "an anchor or an alias")
  /// A tag.
  public static let tag = DiagnosticCode(9, "a tag")
  /// A merge key.
  public static let mergeKey = DiagnosticCode(10, "a merge key")
  /// A key that stands twice.
  public static let duplicateKey = DiagnosticCode(11, "a key stands twice")
  /// A key that does not exist.
  public static let unknownKey = DiagnosticCode(12, "a key that does not exist")
  /// A key that must be there and is not.
  public static let missingKey = DiagnosticCode(13, "a key that must be there is missing")
  /// A number without quotes.
  public static let bareNumber = DiagnosticCode(14, "a number without quotes")
  /// An unquoted word or number that YAML 1.1 reads as something else.
  public static let surprise = DiagnosticCode(
    15, "an unquoted value that YAML 1.1 reads as something else")
  /// A value without quotes.
  public static let unquoted = DiagnosticCode(16, "a value without quotes")
  /// A value that is not on one line: block text, flow collection, quoted or complex key.
  public static let layout = DiagnosticCode(
    17, "a value or key not written as key: \"value\" on one line")
  /// A mapping, list or value where another of these belongs, or nesting too deep.
  public static let structure = DiagnosticCode(
    18, "a mapping, list or value where another of these belongs")
  /// Text that is not a quantity.
  public static let malformedQuantity = DiagnosticCode(19, "text that is not a quantity")
  /// A quantity without a unit.
  public static let missingUnit = DiagnosticCode(20, "a quantity without a unit")
  /// A unit of another kind, or one that does not exist.
  public static let wrongUnit = DiagnosticCode(
    21, "a unit of another kind, or one that does not exist")
  /// A negative value.
  public static let negative = DiagnosticCode(22, "a negative value")
  /// Not a number, or infinite.
  public static let notFinite = DiagnosticCode(23, "not a number, or infinite")
  /// Larger than can be counted.
  public static let overflow = DiagnosticCode(24, "larger than can be counted")
  /// Not a whole number of the base unit.
  public static let notWhole = DiagnosticCode(25, "not a whole number of the base unit")
  /// Not one of the words that are allowed.
  public static let notAnOption = DiagnosticCode(26, "not one of the words that are allowed")
  /// A text, name, code, version or date that is not written as it must be.
  public static let malformedText = DiagnosticCode(
    27, "a text, name, code, version or date not written as it must be")
  /// Values that contradict each other.
  public static let inconsistent = DiagnosticCode(28, "values that contradict each other")
  /// A value or figure beyond an absolute limit.
  public static let limit = DiagnosticCode(
    29, "a value or figure beyond an absolute limit", isRefusal: true)
  /// An inner value looser than an outer one.
  public static let disagreement = DiagnosticCode(
    30, "an inner value looser than an outer one", isRefusal: true)
  /// A source that is not in the list, or a value that does not say that it is unconfirmed.
  public static let source = DiagnosticCode(
    31, "an unknown source, or a value that does not say that it is unconfirmed")
  /// Too few or too many of something.
  public static let count = DiagnosticCode(34, "too few or too many of something")
  /// More errors than are listed.
  public static let moreErrors = DiagnosticCode(35, "more errors than are listed")

  /// An escape in a value, by which YAML reads another text than stands there.
  public static let escape = DiagnosticCode(
    38, "a backslash in a value before anything but a quote or a backslash")

  /// The kinds that every family has, by number.
  public static let common: [DiagnosticCode] = [
    .notUTF8, .tooLarge, .empty, .controlCharacter, .tab, .syntax, .severalDocuments, .anchor,
    .tag, .mergeKey, .duplicateKey, .unknownKey, .missingKey, .bareNumber, .surprise, .unquoted,
    .layout, .structure, .malformedQuantity, .missingUnit, .wrongUnit, .negative, .notFinite,
    .overflow, .notWhole, .notAnOption, .malformedText, .inconsistent, .limit, .disagreement,
    .source, .count, .moreErrors, .escape,
  ]
}
