// Decides: how values become places in a picture, and which ticks an axis has.
// Leaves to others: what is drawn (ProtocolPlot).

/// A linear axis of a picture.
struct PlotAxis {
  let values: ClosedRange<Double>
  let places: (from: Double, to: Double)

  func place(_ value: Double) -> Double {
    let share = (value - values.lowerBound) / (values.upperBound - values.lowerBound)
    return places.from + share * (places.to - places.from)
  }

  /// Round values within the axis, at most about eight.
  var ticks: [Double] {
    let span = values.upperBound - values.lowerBound
    var step = 1e-6
    let factors = [2.0, 2.5, 2.0]
    var index = 0
    while span / step > 8 {
      step *= factors[index % 3]
      index += 1
    }
    var result: [Double] = []
    var count = (values.lowerBound / step).rounded(.up)
    while count * step <= values.upperBound * (1 + 1e-9) {
      result.append(count * step)
      count += 1
    }
    return result
  }

  /// A value with as few decimals as it needs, at most three.
  static func text(_ value: Double) -> String {
    let thousandths = Int64((value * 1_000).rounded())
    let sign = thousandths < 0 ? "−" : ""
    var text = "\(thousandths.magnitude / 1_000)"
    var rest = "\(thousandths.magnitude % 1_000)"
    rest = String(repeating: "0", count: 3 - rest.count) + rest
    while rest.last == "0" { rest.removeLast() }
    if !rest.isEmpty { text += ".\(rest)" }
    return sign + text
  }
}
