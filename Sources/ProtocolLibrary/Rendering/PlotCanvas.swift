// Decides: the parts that a picture is made of: lines, texts, axes, and how a long text breaks.
// Leaves to others: what is drawn where (ProtocolPlot, PulsePanel, TrainPanel).

/// A picture in the making, 760 wide.
struct PlotCanvas {
  /// The width of the picture.
  static let width = 760.0
  /// Where panels begin; names of rows stand before it.
  static let left = 150.0
  /// Where panels end.
  static let right = 730.0

  private(set) var body: [String] = []

  mutating func path(_ course: String, style: String) {
    body.append("<path class=\"\(style)\" d=\"\(course)\"/>")
  }

  mutating func label(
    _ across: Double, _ down: Double, _ text: String, style: String, anchor: String = "middle"
  ) {
    body.append(
      "<text class=\"\(style)\" x=\"\(PlotCanvas.number(across))\" "
        + "y=\"\(PlotCanvas.number(down))\" text-anchor=\"\(anchor)\">"
        + "\(PlotCanvas.escaped(text))</text>")
  }

  /// A bar from one place to another, wide enough to be seen.
  mutating func bar(from start: Double, to end: Double, down: Double, style: String) {
    let width = max(end - start, 1.5)
    path(
      "M\(PlotCanvas.number(start)) \(PlotCanvas.number(down))h\(PlotCanvas.number(width))v8"
        + "h-\(PlotCanvas.number(width))z", style: style)
  }

  /// Axes with their ticks; the zero line is drawn apart from the lower edge.
  mutating func axes(
    _ across: PlotAxis, _ up: PlotAxis, upTicks: [Double], across name: String, up upName: String
  ) {
    let left = PlotCanvas.number(PlotCanvas.left)
    let right = PlotCanvas.number(PlotCanvas.right)
    let bottom = up.places.from
    for tick in upTicks {
      path("M\(left) \(PlotCanvas.number(up.place(tick)))H\(right)", style: "grid")
      label(
        PlotCanvas.left - 8, up.place(tick) + 4, PlotAxis.text(tick), style: "soft small",
        anchor: "end")
    }
    for tick in across.ticks {
      let place = across.place(tick)
      path("M\(PlotCanvas.number(place)) \(PlotCanvas.number(bottom))v5", style: "axis")
      label(place, bottom + 19, PlotAxis.text(tick), style: "soft small")
    }
    path(
      "M\(left) \(PlotCanvas.number(up.places.to))V\(PlotCanvas.number(bottom))H\(right)",
      style: "axis")
    path("M\(left) \(PlotCanvas.number(up.place(0)))H\(right)", style: "axis")
    label((PlotCanvas.left + PlotCanvas.right) / 2, bottom + 38, name, style: "soft")
    let middle = PlotCanvas.number((up.places.from + up.places.to) / 2)
    body.append(
      "<text class=\"soft\" text-anchor=\"middle\" transform=\"translate(96 \(middle)) "
        + "rotate(-90)\">\(PlotCanvas.escaped(upName))</text>")
  }

  /// Where a panel's time is cut, from the right: the marks, and what comes after them.
  static let cutMark = right - 76
  static let afterCut = right - 30

  /// Marks a time axis as cut at these heights, and names the instant after the cut.
  mutating func cut(at heights: [Double], bottom: Double, instant: Double) {
    cut(at: heights)
    path(
      "M\(PlotCanvas.number(PlotCanvas.afterCut)) \(PlotCanvas.number(bottom))v5", style: "axis")
    label(PlotCanvas.afterCut, bottom + 19, PlotAxis.text(instant), style: "soft small")
  }

  /// The marks of a cut alone.
  mutating func cut(at heights: [Double]) {
    for height in heights {
      let from = PlotCanvas.number(height + 7)
      path("M\(PlotCanvas.number(PlotCanvas.cutMark - 5)) \(from)l8 -14", style: "cut")
      for shift in [-8.0, -2.0] {
        path(
          "M\(PlotCanvas.number(PlotCanvas.cutMark + shift)) \(from)l8 -14", style: "axis")
      }
    }
  }

  /// The room that a text takes, at the most that common fonts give their letters.
  static func room(of text: some StringProtocol, size: Double) -> Double {
    var letters = 0.0
    for scalar in text.unicodeScalars {
      switch scalar {
      case "m", "w", "M", "W", "@", "%", "—": letters += 1
      case "A"..."Z": letters += 0.75
      default: letters += scalar.isASCII ? 0.64 : 1
      }
    }
    return letters * size
  }

  /// The lines of a text that fit into a room; a word that does not is cut.
  static func wrapped(_ text: String, size: Double, to room: Double) -> [String] {
    var lines: [String] = []
    var line = ""
    for whole in text.split(separator: " ") {
      var word = whole
      while !word.isEmpty {
        let next = line.isEmpty ? String(word) : "\(line) \(word)"
        if PlotCanvas.room(of: next, size: size) <= room {
          line = next
          break
        }
        if line.isEmpty {
          var part = word
          while part.count > 1 && PlotCanvas.room(of: part, size: size) > room {
            part = part.dropLast()
          }
          lines.append(String(part))
          word = word.dropFirst(part.count)
        } else {
          lines.append(line)
          line = ""
        }
      }
    }
    if !line.isEmpty { lines.append(line) }
    return lines
  }

  /// A place to a tenth.
  static func number(_ value: Double) -> String {
    PlotAxis.text((value * 10).rounded() / 10).replacing("−", with: "-")
  }

  static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
    return result
  }
}
