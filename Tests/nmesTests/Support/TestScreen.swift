// Decides: what a terminal would show of the bytes that a program writes to it.
// Leaves to others: where the bytes come from (TerminalProcess). What it does not know it keeps
// in `unknown`, so that a test sees it instead of a wrong picture.

/// A terminal's screen, as far as a console of lines and a few rows of status uses one.
struct TestScreen {
  private(set) var height: Int
  private(set) var width: Int
  private var cells: [[Character]]
  private var row = 0
  private var column = 0
  private var isWrapPending = false
  private var isInserting = false
  private var saved = (row: 0, column: 0)
  private var region: ClosedRange<Int>
  private var sequence: [UInt8] = []
  private var partial: [UInt8] = []

  /// Sequences that no rule here explains.
  private(set) var unknown: [String] = []
  /// Status questions (`ESC [ 5 n`) so far.
  private(set) var questions = 0
  /// Bells so far.
  private(set) var bells = 0
  /// All text that was ever printed, without control sequences.
  private(set) var transcript = ""

  init(height: Int, width: Int) {
    self.height = height
    self.width = width
    cells = Array(repeating: Array(repeating: " ", count: width), count: height)
    region = 0...(height - 1)
  }

  /// The rows from the top, without the blanks at their ends.
  var rows: [String] {
    cells.map { row in
      var line = row
      while line.last == " " { line.removeLast() }
      return String(line)
    }
  }

  /// All rows as one text.
  var text: String { rows.joined(separator: "\n") }

  /// Whether a text stands there, also broken between words over several rows.
  func holds(_ words: String) -> Bool {
    text.contains(words) || Self.collapsed(text).contains(Self.collapsed(words))
  }

  private static func collapsed(_ text: String) -> String {
    text.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
  }

  /// The row where the cursor stands.
  var cursorRow: String { rows[row] }

  /// Where the cursor stands in it.
  var cursorColumn: Int { column }

  /// Another size: what stood there goes, as the program must draw it anew.
  mutating func resize(height: Int, width: Int) {
    self.height = height
    self.width = width
    cells = Array(repeating: Array(repeating: " ", count: width), count: height)
    region = 0...(height - 1)
    row = min(row, height - 1)
    column = min(column, width - 1)
    isWrapPending = false
  }

  mutating func take(_ bytes: some Sequence<UInt8>) { for byte in bytes { take(byte) } }

  private mutating func take(_ byte: UInt8) {
    if !sequence.isEmpty {
      sequence.append(byte)
      follow()
      return
    }
    switch byte {
    case 0x1B: sequence = [byte]
    case 0x07: bells += 1
    case 0x08:
      isWrapPending = false
      column = max(0, column - 1)
    case 0x09: column = min(width - 1, (column / 8 + 1) * 8)
    case 0x0A:
      lineFeed()
      transcript.append("\n")
    case 0x0D:
      isWrapPending = false
      column = 0
    case 0x00..<0x20: unknown.append("control \(byte)")
    default: printable(byte)
    }
  }

  // MARK: - Text

  private mutating func printable(_ byte: UInt8) {
    partial.append(byte)
    guard let text = String(validating: partial, as: UTF8.self), let character = text.first else {
      if partial.count > 4 {
        unknown.append("bytes \(partial)")
        partial = []
      }
      return
    }
    partial = []
    transcript.append(character)
    if isWrapPending {
      lineFeed()
      column = 0
      isWrapPending = false
    }
    if isInserting { insertBlanks(1) }
    cells[row][column] = character
    if column == width - 1 { isWrapPending = true } else { column += 1 }
  }

  private mutating func lineFeed() {
    isWrapPending = false
    if row == region.upperBound {
      cells.remove(at: region.lowerBound)
      cells.insert(blank, at: region.upperBound)
    } else {
      row = min(row + 1, height - 1)
    }
  }

  private var blank: [Character] { Array(repeating: " ", count: width) }

  private mutating func insertBlanks(_ count: Int) {
    for _ in 0..<min(count, width - column) {
      cells[row].insert(" ", at: column)
      cells[row].removeLast()
    }
  }

  // MARK: - Sequences

  private mutating func follow() {
    guard sequence.count > 1 else { return }
    switch sequence[1] {
    case 0x5B:
      guard sequence.count > 2, let last = sequence.last, (0x40...0x7E).contains(last) else {
        if sequence.count > 32 { give() }
        return
      }
      control(last)
    case 0x28, 0x29:
      // A set of characters: one more byte.
      if sequence.count < 3 { return }
      sequence = []
    case 0x37:
      saved = (row, column)
      sequence = []
    case 0x38:
      (row, column) = (min(saved.row, height - 1), min(saved.column, width - 1))
      isWrapPending = false
      sequence = []
    case 0x3D, 0x3E: sequence = []
    default: give()
    }
  }

  private mutating func give() {
    unknown.append(String(decoding: sequence, as: UTF8.self).debugDescription)
    sequence = []
  }

  private mutating func control(_ final: UInt8) {
    let inner = String(decoding: sequence.dropFirst(2).dropLast(), as: UTF8.self)
    let numbers = inner.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) }
    let first = numbers.first.flatMap { $0 }
    let count = max(1, first ?? 1)
    if inner.hasPrefix("?") {
      guard final == 0x68 || final == 0x6C else { return give() }
      sequence = []
      return
    }
    switch Character(Unicode.Scalar(final)) {
    case "H", "f": move(count - 1, max(1, (numbers.count > 1 ? numbers[1] : 1) ?? 1) - 1)
    case "A": move(row - count, column)
    case "B": move(row + count, column)
    case "C": move(row, column + count)
    case "D": move(row, column - count)
    case "G": move(row, count - 1)
    case "d": move(count - 1, column)
    case "J": clearScreen(first ?? 0)
    case "K": clearRow(first ?? 0)
    case "r": setRegion(first, numbers.count > 1 ? numbers[1] : nil)
    case "m": break
    case "n" where inner == "5": questions += 1
    case "h" where inner == "4": isInserting = true
    case "l" where inner == "4": isInserting = false
    case "@": insertBlanks(count)
    case "P":
      for _ in 0..<min(count, width - column) {
        cells[row].remove(at: column)
        cells[row].append(" ")
      }
    default: return give()
    }
    sequence = []
  }

  private mutating func move(_ row: Int, _ column: Int) {
    self.row = min(max(0, row), height - 1)
    self.column = min(max(0, column), width - 1)
    isWrapPending = false
  }

  private mutating func clearScreen(_ part: Int) {
    if part == 2 {
      cells = Array(repeating: blank, count: height)
    } else {
      clearRow(0)
      for below in (row + 1)..<max(row + 1, height) { cells[below] = blank }
    }
  }

  private mutating func clearRow(_ part: Int) {
    let cleared = part == 0 ? column..<width : part == 1 ? 0..<(column + 1) : 0..<width
    for place in cleared { cells[row][place] = " " }
  }

  private mutating func setRegion(_ top: Int?, _ bottom: Int?) {
    let first = max(1, top ?? 1) - 1
    let last = min(bottom ?? height, height) - 1
    region = first < last ? first...last : 0...(height - 1)
    move(0, 0)
  }
}
