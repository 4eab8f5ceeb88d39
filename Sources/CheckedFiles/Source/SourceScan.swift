// Decides: which YAML is written at all: one document of block mappings and lists, keys
// unquoted, every value quoted and on its key's line.
// Leaves to others: YAML itself (Yams) and what the keys mean (the readers).

/// What a file's text says before YAML reads it.
///
/// YAML's own reader resolves aliases and stops at the first repeated key, so anchors,
/// aliases, tags, merge keys and repeated keys are found here. Each is masked in the text that
/// YAML reads, so that one pass finds all errors; what a masked line says is not judged again.
public struct SourceScan {
  /// The errors of form.
  public private(set) var diagnostics: [Diagnostic] = []
  /// The text with refused parts masked; lines and columns stay where they were.
  public private(set) var masked = ""
  /// Lines whose values were masked.
  public private(set) var maskedLines: Set<Int> = []

  private let file: String
  private let letter: String
  private var levels: [Level] = []
  private var line = 0
  /// Inside block text that began with this indentation: deeper lines are its content.
  private var blockText: Int?

  private struct Level {
    var indentation: Int
    var keys: Set<String> = []
  }

  /// Scans the text of a file of the family with that letter.
  public init(_ text: String, file: String, letter: String) {
    self.file = file
    self.letter = letter
    var lines: [[Unicode.Scalar]] = [[]]
    for scalar in text.unicodeScalars {
      if scalar == "\n" { lines.append([]) } else { lines[lines.count - 1].append(scalar) }
    }
    for var content in lines {
      line += 1
      if content.last == "\r" { content.removeLast() }
      scanCharacters(&content)
      scan(&content)
      masked.unicodeScalars.append(contentsOf: content)
      masked += "\n"
    }
  }

  private mutating func refuse(_ code: DiagnosticCode, _ column: Int, _ message: String) {
    let place = SourceLocation(file: file, line: line, column: column + 1)
    diagnostics.append(Diagnostic(code, of: letter, at: place, message))
    maskedLines.insert(line)
  }

  private mutating func scanCharacters(_ content: inout [Unicode.Scalar]) {
    for (column, scalar) in content.enumerated() {
      if scalar == "\t" {
        refuse(.tab, column, "a tab; no tab may stand anywhere, so use spaces")
      } else if SourceScan.isRefused(scalar) {
        let name = "U+" + String(scalar.value, radix: 16, uppercase: true)
        refuse(
          .controlCharacter, column,
          "\(name) is a control or formatting character; only plain text and line feeds may "
            + "stand here, so delete it")
      } else {
        continue
      }
      content[column] = " "
    }
  }

  /// Control and invisible formatting characters, and line breaks that only YAML knows.
  public static func isRefused(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: true
    default: false
    }
  }

  private mutating func scan(_ content: inout [Unicode.Scalar]) {
    let indentation = content.prefix { $0 == " " }.count
    if indentation == content.count || content[indentation] == "#" { return }
    if let block = blockText {
      if indentation > block {
        content = []
        return
      }
      blockText = nil
    }
    if isDocumentMark(content) {
      content = []
      return
    }
    var position = indentation
    while position < content.count, content[position] == "-",
      position + 1 == content.count || content[position + 1] == " "
    {
      while let last = levels.last, last.indentation > position { levels.removeLast() }
      position += 1
      while position < content.count, content[position] == " " { position += 1 }
      // Every item of a list has keys of its own.
      if let last = levels.last, last.indentation >= position { levels.removeLast() }
    }
    guard position < content.count else { return }
    scanEntry(&content, from: position, blockIndentation: indentation)
  }

  private mutating func isDocumentMark(_ content: [Unicode.Scalar]) -> Bool {
    let start = String(String.UnicodeScalarView(content.prefix(3)))
    if content[0] == "%" {
      refuse(.severalDocuments, 0, "a directive; a file is one plain document, so delete it")
      return true
    }
    let isMark = start == "---" || start == "..."
    guard isMark, content.count == 3 || content[3] == " " else { return false }
    if start == "---" && levels.isEmpty && content.count == 3 { return true }
    refuse(.severalDocuments, 0, "a second document; a file holds one, so delete the mark")
    return true
  }

  /// A key with its value, or a list item's value.
  private mutating func scanEntry(
    _ content: inout [Unicode.Scalar], from start: Int, blockIndentation: Int
  ) {
    guard let colon = SourceScan.colon(in: content, from: start) else {
      scanValue(&content, from: start, blockIndentation: blockIndentation)
      return
    }
    var key = String(String.UnicodeScalarView(content[start..<colon]))
    while key.last == " " { key.removeLast() }
    let isQuoted = key.first == "\"" || key.first == "'"
    if isQuoted { key = String(key.dropFirst().dropLast()) }
    while let last = levels.last, last.indentation > start { levels.removeLast() }
    if levels.last?.indentation != start { levels.append(Level(indentation: start)) }
    if key == "<<" {
      refuse(.mergeKey, start, "a merge key; every value is written where it holds")
      mask(&content, start..<colon)
    } else if key.first == "?" || key.first == "{" || key.first == "[" {
      refuse(.layout, start, "a key is written as one plain word; remove what is round it")
      mask(&content, start..<colon)
    } else if key.first == "&" || key.first == "*" || key.first == "!" {
      refuse(
        key.first == "!" ? .tag : .anchor, start,
        "an anchor, alias or tag on a key; every key is one plain word")
      mask(&content, start..<colon)
    } else if !levels[levels.count - 1].keys.insert(key).inserted {
      refuse(
        .duplicateKey, start,
        "key \"\(printable(key))\" stands twice; a key stands once, so delete one")
      mask(&content, start..<colon)
    } else if isQuoted {
      refuse(.layout, start, "a key stands without quotes; remove them")
    }
    var value = colon + 1
    while value < content.count, content[value] == " " { value += 1 }
    guard value < content.count, content[value] != "#" else { return }
    scanValue(&content, from: value, blockIndentation: blockIndentation)
  }

  /// Writes private-use characters over a refused key, different on every line, or YAML's
  /// reader would stop at the repetition.
  private func mask(_ content: inout [Unicode.Scalar], _ key: Range<Int>) {
    for place in key { content[place] = "\u{E000}" }
    if let own = Unicode.Scalar(0xF0000 + UInt32(line % 0xFFF0)) { content[key.lowerBound] = own }
  }

  /// The colon that ends a key that begins at `start`.
  private static func colon(in content: [Unicode.Scalar], from start: Int) -> Int? {
    var quote: Unicode.Scalar?
    for place in start..<content.count {
      let scalar = content[place]
      if let open = quote {
        if scalar == open { quote = nil }
      } else if place == start && (scalar == "\"" || scalar == "'") {
        quote = scalar
      } else if scalar == ":" && (place + 1 == content.count || content[place + 1] == " ") {
        return place
      } else if scalar == "#" && place > start && content[place - 1] == " " {
        return nil
      }
    }
    return nil
  }

  private mutating func scanValue(
    _ content: inout [Unicode.Scalar], from start: Int, blockIndentation: Int
  ) {
    switch content[start] {
    case "&", "*":
      refuse(.anchor, start, "an anchor or alias; every value is written where it holds")
    case "!":
      refuse(.tag, start, "a tag; a value is a quoted text and nothing else, so delete the tag")
    case "|", ">":
      refuse(.layout, start, "block text; a value stands in quotes on its key's line")
      blockText = blockIndentation
    case "{", "[":
      refuse(.layout, start, "a flow collection; write one key: \"value\" a line")
    case "\"", "'":
      guard let end = SourceScan.closingQuote(in: content, from: start) else {
        refuse(.layout, start, "a quote that does not end on its line; close it there")
        break
      }
      if let escape = SourceScan.escape(in: content[start..<end]) {
        refuse(
          .escape, escape,
          "a backslash, by which YAML reads another text than stands here; write the text itself")
        break
      }
      let rest = content[(end + 1)...].drop { $0 == " " }
      if rest.isEmpty || (rest.first == "#" && rest.startIndex > end + 1) { return }
      refuse(.syntax, end + 1, "text after the closing quote; a value ends with its quote")
    default: return
    }
    content.removeSubrange(start...)
    content.append(contentsOf: ["\"", "\""])
  }

  /// A backslash within double quotes before anything but a quote or a backslash, which stand for
  /// themselves. Within single quotes a backslash is one.
  private static func escape(in value: ArraySlice<Unicode.Scalar>) -> Int? {
    guard value.first == "\"" else { return nil }
    var place = value.startIndex
    while place < value.endIndex {
      if value[place] == "\\" {
        let next = place + 1 < value.endIndex ? value[place + 1] : " "
        if next != "\\" && next != "\"" { return place }
        place += 1
      }
      place += 1
    }
    return nil
  }

  private static func closingQuote(in content: [Unicode.Scalar], from start: Int) -> Int? {
    var place = start + 1
    while place < content.count {
      if content[place] == "\\" && content[start] == "\"" {
        place += 2
        continue
      }
      if content[place] == content[start] {
        let isDoubled =
          content[start] == "'" && place + 1 < content.count && content[place + 1] == "'"
        if !isDoubled { return place }
        place += 1
      }
      place += 1
    }
    return nil
  }
}
