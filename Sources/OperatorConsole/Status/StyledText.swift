// Decides: how a row is put together from coloured parts, and cut to a width.
// Leaves to others: what the parts say (StatusArea).

/// What a part of a row means. Colour only repeats what the words say.
enum TextRole: Equatable {
  case plain, dim, strong, good, caution, alarm, stop

  /// The terminal's way of saying it.
  func opening(_ paint: TerminalStyle.Paint) -> String {
    switch (paint, self) {
    case (.none, _), (_, .plain): ""
    case (.mono, .dim): ""
    case (.mono, .strong), (.mono, .good): "\u{1B}[1m"
    case (.mono, .caution), (.mono, .alarm), (.mono, .stop): "\u{1B}[1;7m"
    case (.colour, .dim): "\u{1B}[2m"
    case (.colour, .strong): "\u{1B}[1m"
    case (.colour, .good): "\u{1B}[1;30;42m"
    case (.colour, .caution): "\u{1B}[1;30;43m"
    case (.colour, .alarm): "\u{1B}[1;97;41m"
    case (.colour, .stop): "\u{1B}[1;31m"
    }
  }
}

/// What a terminal can show.
public struct TerminalStyle: Sendable, Equatable {
  /// How parts are set apart.
  public enum Paint: Sendable, Equatable {
    /// By words only.
    case none
    /// By bold and reverse.
    case mono
    /// By colour as well.
    case colour
  }

  /// How parts are set apart.
  public var paint: Paint
  /// Whether characters beyond ASCII are shown.
  public var isUnicode: Bool

  /// A style.
  public init(paint: Paint, isUnicode: Bool) {
    self.paint = paint
    self.isUnicode = isUnicode
  }

  /// What the environment asks for: `NO_COLOR`, and the character set of the locale.
  public init(environment: [String: String]) {
    let locale =
      [environment["LC_ALL"], environment["LC_CTYPE"], environment["LANG"]]
      .compactMap(\.self).first { !$0.isEmpty } ?? ""
    let folded = locale.lowercased()
    let isUnicode = folded.contains("utf-8") || folded.contains("utf8")
    let noColour = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    let term = environment["TERM"] ?? ""
    let isMono = noColour || term.hasPrefix("vt") || term.hasSuffix("-mono") || term.hasSuffix("-m")
    self.init(paint: isMono ? .mono : .colour, isUnicode: isUnicode)
  }
}

/// A row of parts.
struct StyledText: Equatable {
  struct Part: Equatable {
    let text: String
    let role: TextRole
  }

  private(set) var parts: [Part] = []

  init() {}
  init(_ text: String, _ role: TextRole = .plain) { add(text, role) }

  mutating func add(_ text: String, _ role: TextRole = .plain) {
    if !text.isEmpty { parts.append(Part(text: text, role: role)) }
  }

  mutating func add(_ other: StyledText) { parts += other.parts }

  /// The parts as they will be printed.
  private func shown(_ style: TerminalStyle) -> [Part] {
    parts.map { part in
      let safe = TerminalText.safe(part.text)
      return Part(text: style.isUnicode ? safe : TerminalText.ascii(safe), role: part.role)
    }
  }

  /// How many columns it takes.
  func width(_ style: TerminalStyle) -> Int { shown(style).reduce(0) { $0 + $1.text.count } }

  /// Cut to `width` columns, and filled up to it where `isFilled`.
  func rendered(_ style: TerminalStyle, width: Int, isFilled: Bool = false) -> String {
    var left = width
    var text = ""
    for part in shown(style) where left > 0 {
      let cut = String(part.text.prefix(left))
      left -= cut.count
      let opening = part.role.opening(style.paint)
      text += opening.isEmpty ? cut : opening + cut + "\u{1B}[0m"
    }
    if isFilled { text += String(repeating: " ", count: left) }
    return text
  }

  /// The first `columns` columns.
  func cut(to columns: Int, _ style: TerminalStyle) -> StyledText {
    var result = StyledText()
    var left = columns
    for part in shown(style) where left > 0 {
      result.add(String(part.text.prefix(left)), part.role)
      left -= part.text.count
    }
    return result
  }

  /// As much of it as ends with a whole word within `columns`; a single longer word is cut.
  func cutAtWord(to columns: Int, _ style: TerminalStyle) -> StyledText {
    let text = shown(style).map(\.text).joined()
    guard text.count > columns else { return self }
    let limit = text.index(text.startIndex, offsetBy: columns)
    guard let space = text[...limit].lastIndex(of: " "),
      text[..<space].contains(where: { $0 != " " })
    else { return cut(to: columns, style) }
    return cut(to: text.distance(from: text.startIndex, to: space), style)
  }

  /// The first of several ways to say it that has room; else the last.
  static func fitting(
    _ texts: [StyledText], width: Int, style: TerminalStyle
  ) -> StyledText {
    texts.first { $0.width(style) <= width } ?? texts.last ?? StyledText()
  }
}
