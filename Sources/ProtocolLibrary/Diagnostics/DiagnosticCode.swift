// Decides: which kinds of error a file can have, each with a stable code.
// Leaves to others: where an error stands and its words (Diagnostic, the readers).

/// One kind of error in a protocol or prescription file. Codes are never reused.
public enum DiagnosticCode: String, CaseIterable, Sendable, Codable {
  /// Not UTF-8.
  case notUTF8 = "P001"
  /// Larger than a file may be.
  case tooLarge = "P002"
  /// Nothing in it.
  case empty = "P003"
  /// A control character, byte order mark or foreign line break.
  case controlCharacter = "P004"
  /// A tab.
  case tab = "P005"
  /// Not YAML.
  case syntax = "P006"
  /// More than one document, or a directive.
  case severalDocuments = "P007"
  /// An anchor or an alias.
  case anchor = "P008"
  /// A tag.
  case tag = "P009"
  /// A merge key.
  case mergeKey = "P010"
  /// A key that stands twice.
  case duplicateKey = "P011"
  /// A key that does not exist.
  case unknownKey = "P012"
  /// A key that must be there and is not.
  case missingKey = "P013"
  /// A number without quotes.
  case bareNumber = "P014"
  /// An unquoted word or number that YAML 1.1 reads as something else.
  case surprise = "P015"
  /// A value without quotes.
  case unquoted = "P016"
  /// A value that is not on one line: block text, flow collection, quoted or complex key.
  case layout = "P017"
  /// A mapping, list or value where another of these belongs, or nesting too deep.
  case structure = "P018"
  /// Text that is not a quantity.
  case malformedQuantity = "P019"
  /// A quantity without a unit.
  case missingUnit = "P020"
  /// A unit of another kind, or one that does not exist.
  case wrongUnit = "P021"
  /// A negative value.
  case negative = "P022"
  /// Not a number, or infinite.
  case notFinite = "P023"
  /// Larger than can be counted.
  case overflow = "P024"
  /// Not a whole number of the base unit.
  case notWhole = "P025"
  /// Not one of the words that are allowed.
  case notAnOption = "P026"
  /// A text, name, code, version or date that is not written as it must be.
  case malformedText = "P027"
  /// Values that contradict each other.
  case inconsistent = "P028"
  /// A value or figure beyond an absolute limit.
  case limit = "P029"
  /// An inner value looser than an outer one.
  case disagreement = "P030"
  /// A source that is not in the list, or a value that does not say that it is unconfirmed.
  case source = "P031"
  /// A stage without the finding that it needs.
  case finding = "P032"
  /// An extended envelope without what it needs.
  case extendedEnvelope = "P033"
  /// Too few or too many of something.
  case count = "P034"
  /// More errors than are listed.
  case moreErrors = "P035"

  /// One line that says what the code means.
  public var meaning: String {
    switch self {
    case .notUTF8: "the file is not UTF-8 text"
    case .tooLarge: "the file is larger than a file may be"
    case .empty: "the file has nothing in it"
    case .controlCharacter: "a control character, byte order mark or foreign line break"
    case .tab: "a tab"
    case .syntax: "the text is not YAML"
    case .severalDocuments: "more than one document, or a directive"
    case .anchor: "an anchor or an alias"
    case .tag: "a tag"
    case .mergeKey: "a merge key"
    case .duplicateKey: "a key stands twice"
    case .unknownKey: "a key that does not exist"
    case .missingKey: "a key that must be there is missing"
    case .bareNumber: "a number without quotes"
    case .surprise: "an unquoted value that YAML 1.1 reads as something else"
    case .unquoted: "a value without quotes"
    case .layout: "a value or key not written as key: \"value\" on one line"
    case .structure: "a mapping, list or value where another of these belongs"
    case .malformedQuantity: "text that is not a quantity"
    case .missingUnit: "a quantity without a unit"
    case .wrongUnit: "a unit of another kind, or one that does not exist"
    case .negative: "a negative value"
    case .notFinite: "not a number, or infinite"
    case .overflow: "larger than can be counted"
    case .notWhole: "not a whole number of the base unit"
    case .notAnOption: "not one of the words that are allowed"
    case .malformedText: "a text, name, code, version or date not written as it must be"
    case .inconsistent: "values that contradict each other"
    case .limit: "a value or figure beyond an absolute limit"
    case .disagreement: "an inner value looser than an outer one"
    case .source: "an unknown source, or a value that does not say that it is unconfirmed"
    case .finding: "a stage without the finding that it needs"
    case .extendedEnvelope: "an extended envelope without what it needs"
    case .count: "too few or too many of something"
    case .moreErrors: "more errors than are listed"
    }
  }

  /// Whether the text is well formed and a limit refuses it, as opposed to bad input.
  public var isRefusal: Bool { self == .limit || self == .disagreement }
}
