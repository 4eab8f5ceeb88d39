// Decides: where one word of a line ends and the next begins.
// Leaves to others: what the words mean (CommandParser).

/// The words of a line: split at spaces, with double quotes round what holds spaces.
struct CommandWords {
  /// The most characters of a line.
  static let longestLine = 1_000

  /// One word.
  struct Word: Equatable {
    let text: String
    /// Whether quotes stood round it.
    let isQuoted: Bool
  }

  private(set) var words: [Word] = []
  private var next = 0

  init(_ line: String) throws(CommandError) {
    if line.unicodeScalars.count > Self.longestLine {
      throw CommandError(
        "the line has more than \(Self.longestLine) characters; nothing was sent, write less")
    }
    var text = ""
    var isQuoted = false
    var isOpen = false
    for character in line {
      switch character {
      case "\"":
        isOpen.toggle()
        isQuoted = true
      case " ", "\t":
        if isOpen {
          text.append(character)
        } else {
          end(&text, &isQuoted)
        }
      default: text.append(character)
      }
    }
    if isOpen { throw CommandError("a quote is not closed: write \" at its end as well") }
    end(&text, &isQuoted)
  }

  private mutating func end(_ text: inout String, _ isQuoted: inout Bool) {
    if !text.isEmpty || isQuoted { words.append(Word(text: text, isQuoted: isQuoted)) }
    text = ""
    isQuoted = false
  }

  /// The next word, without taking it.
  var peek: String? { next < words.count ? words[next].text : nil }

  /// All words that are left.
  var rest: [String] { words[next...].map(\.text) }

  /// Takes the next word.
  mutating func take() -> String? {
    guard next < words.count else { return nil }
    next += 1
    return words[next - 1].text
  }

  /// Takes all that is left, with single spaces.
  mutating func takeRest() -> String {
    let rest = words[next...].map(\.text).joined(separator: " ")
    next = words.count
    return rest
  }

  /// Takes a quantity: `60 mA`, `60mA` or `"60 mA"`.
  mutating func takeQuantity() -> String? {
    guard let first = take() else { return nil }
    guard let last = first.last, last.isASCII, last.isNumber || last == ".", let unit = peek,
      let letter = unit.first, letter.isLetter || letter == "µ", Self.isUnit(unit)
    else { return first }
    _ = take()
    return "\(first) \(unit)"
  }

  /// Units are short; a longer word after a bare number is the next thing.
  private static func isUnit(_ word: String) -> Bool {
    word.count <= 3 || word.hasSuffix("2") || word.hasSuffix("²")
  }
}
