// Decides: how quantities are written for people: exactly, in the largest unit that fits.
// Leaves to others: reading quantities (QuantityParser).

#if !hasFeature(Embedded)

  extension Microamperes: CustomStringConvertible {
    /// The current, for example `55 mA` or `250 µA`.
    public var description: String {
      decimal(Int64(rawValue), units: [(1_000, "mA"), (1, "µA")])
    }
  }

  extension Nanoseconds: CustomStringConvertible {
    /// The duration, for example `400 µs`, `40 ms` or `30 min`.
    public var description: String {
      if self == .never { return "never" }
      let count = rawValue
      if count >= 3_600_000_000_000 && count % 3_600_000_000_000 == 0 {
        return "\(count / 3_600_000_000_000) h"
      }
      if count >= 600_000_000_000 && count % 60_000_000_000 == 0 {
        return "\(count / 60_000_000_000) min"
      }
      return decimal(
        count, units: [(1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "µs"), (1, "ns")])
    }
  }

  extension Femtocoulombs: CustomStringConvertible {
    /// The charge, for example `1.1 mC`.
    public var description: String {
      decimal(
        rawValue,
        units: [
          (1_000_000_000_000_000, "C"), (1_000_000_000_000, "mC"), (1_000_000_000, "µC"),
          (1_000_000, "nC"), (1_000, "pC"), (1, "fC"),
        ])
    }
  }

  extension Picojoules: CustomStringConvertible {
    /// The energy, for example `300 mJ`.
    public var description: String {
      decimal(
        rawValue,
        units: [
          (1_000_000_000_000, "J"), (1_000_000_000, "mJ"), (1_000_000, "µJ"), (1_000, "nJ"),
          (1, "pJ"),
        ])
    }
  }

  extension Millivolts: CustomStringConvertible {
    /// The voltage, for example `80 V`.
    public var description: String { decimal(Int64(rawValue), units: [(1_000, "V"), (1, "mV")]) }
  }

  extension Ohms: CustomStringConvertible {
    /// The resistance, for example `500 Ω`.
    public var description: String { "\(rawValue) Ω" }
  }

  extension SquareMillimetres: CustomStringConvertible {
    /// The area, for example `180 cm²`.
    public var description: String { decimal(Int64(rawValue), units: [(100, "cm²"), (1, "mm²")]) }
  }

  extension PartsPerMillion: CustomStringConvertible {
    /// The share, for example `3 %`.
    public var description: String { decimal(Int64(rawValue), units: [(10_000, "%")]) }
  }

  /// `count` in the first unit that it reaches, exact, without trailing zeros.
  ///
  /// - Parameter units: sizes are powers of ten, largest first.
  func decimal(_ count: Int64, units: [(size: Int64, name: String)]) -> String {
    let magnitude = count.magnitude
    var chosen = units[units.count - 1]
    if count == 0 { return "0 \(units[0].name)" }
    for unit in units where magnitude >= UInt64(unit.size) {
      chosen = unit
      break
    }
    let size = UInt64(chosen.size)
    var text = "\(count < 0 ? "-" : "")\(magnitude / size)"
    var rest = magnitude % size
    if rest > 0 {
      text += "."
      var place = size / 10
      while rest > 0 && place > 0 {
        text += "\(rest / place)"
        rest %= place
        place /= 10
      }
    }
    return "\(text) \(chosen.name)"
  }

#endif
