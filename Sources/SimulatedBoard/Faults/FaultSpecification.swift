// Decides: how `NAME[=SIZE][:chN]@TIME` is read.
// Leaves to others: the faults themselves (InjectedFault).

import StimulationCore

extension InjectedFault {
  /// Reads `NAME[=SIZE][:chN]@TIME`, channels counted from 1; channel 1 when none is named.
  public static func parse(_ text: String) throws(FaultSpecificationError) -> InjectedFault {
    guard let mark = text.lastIndex(of: "@") else { throw .noTime(text) }
    let timeText = trimmed(text[text.index(after: mark)...])
    let day: Int64 = 86_400_000_000_000
    guard let time = ScaledNumber.time(timeText), time >= 0, time <= day else {
      throw .badTime(timeText, specification: text)
    }
    var head = text[..<mark]
    var channelText: String?
    if let colon = head.lastIndex(of: ":") {
      channelText = trimmed(head[head.index(after: colon)...])
      head = head[..<colon]
    }
    var sizeText: String?
    if let equals = head.firstIndex(of: "=") {
      sizeText = trimmed(head[head.index(after: equals)...])
      head = head[..<equals]
    }
    guard let name = FaultName(rawValue: trimmed(head)) else { throw .unknownName(trimmed(head)) }
    let channel = try parseChannel(channelText, of: name)
    let kind = try parseKind(name, sizeText)
    return InjectedFault(kind, channel: channel, at: Nanoseconds(time))
  }

  private static func parseChannel(
    _ text: String?, of name: FaultName
  ) throws(FaultSpecificationError) -> Int {
    guard let text else { return 0 }
    guard name.isOfOneChannel else { throw .takesNoChannel(name) }
    let digits = text.utf8.dropFirst(2)
    guard text.hasPrefix("ch"), digits.count == 1, let digit = digits.first,
      digit >= 0x31, digit <= 0x38
    else { throw .badChannel(text) }
    return Int(digit) - 0x31
  }

  private static func parseKind(
    _ name: FaultName, _ size: String?
  ) throws(FaultSpecificationError) -> Kind {
    if size != nil && name.sizeWords == nil { throw .takesNoSize(name) }
    func read(
      _ range: ClosedRange<Int64>, _ parse: (String) -> Int64?
    ) throws(FaultSpecificationError) -> Int64? {
      guard let size else { return nil }
      guard let value = parse(size), range.contains(value) else { throw .badSize(size, name) }
      return value
    }
    switch name {
    case .leadOff:
      return .leadOff(try read(0...100_000_000, ScaledNumber.resistance).map { Ohms(Int32($0)) })
    case .short:
      return .short(Ohms(Int32(try read(0...1_000, ScaledNumber.resistance) ?? 10)))
    case .stuckConverter:
      return .stuckConverter(try read(-32_767...32_767, ScaledNumber.whole).map { Int32($0) })
    case .noise:
      let share = try read(1...10_000_000, ScaledNumber.share) ?? 300_000
      return .noise(PartsPerMillion(Int32(share)))
    case .lateWakeup:
      return .lateWakeup(Nanoseconds(try read(1...60_000_000_000, ScaledNumber.time) ?? 3_000_000))
    case .logStall:
      return .logStall(try read(1...86_400_000_000_000, ScaledNumber.time).map { Nanoseconds($0) })
    case .overCurrent:
      return .overCurrent(
        try read(1...1_000_000, ScaledNumber.current).map { Microamperes(Int32($0)) })
    case .stuckRelay: return .stuckRelay
    case .lostLine: return .lostLine
    case .writeError: return .writeError
    case .emergencyStop: return .emergencyStop
    case .highVoltageLost: return .highVoltageLost
    }
  }

  private static func trimmed(_ text: Substring) -> String {
    var part = text
    while part.first == " " { part = part.dropFirst() }
    while part.last == " " { part = part.dropLast() }
    return String(part)
  }
}

/// Decimal numbers with a unit, read exactly into whole base units.
enum ScaledNumber {
  static func time(_ text: String) -> Int64? {
    read(text, [("ms", 1_000_000), ("us", 1_000), ("µs", 1_000), ("ns", 1), ("s", 1_000_000_000)])
  }

  static func current(_ text: String) -> Int64? {
    read(text, [("mA", 1_000), ("uA", 1), ("µA", 1), ("A", 1_000_000)])
  }

  static func resistance(_ text: String) -> Int64? {
    read(
      text,
      [
        ("kohm", 1_000), ("Mohm", 1_000_000), ("ohm", 1), ("kΩ", 1_000), ("MΩ", 1_000_000),
        ("Ω", 1),
      ])
  }

  static func share(_ text: String) -> Int64? { read(text, [("%", 10_000)]) }

  static func whole(_ text: String) -> Int64? {
    text.first == "-" ? digits(text.dropFirst(), scale: 1).map { -$0 } : digits(text[...], scale: 1)
  }

  /// The units are tried in order, so that a longer one stands before its own ending.
  private static func read(_ text: String, _ units: [(name: String, scale: Int64)]) -> Int64? {
    for unit in units where text.hasSuffix(unit.name) {
      var number = text.dropLast(unit.name.count)
      if number.last == " " { number = number.dropLast() }
      return digits(number, scale: unit.scale)
    }
    return nil
  }

  /// Digits with at most one point, times `scale`; `nil` unless that is a whole number that fits.
  private static func digits(_ text: Substring, scale: Int64) -> Int64? {
    var value: Int64 = 0
    var remaining = scale
    var hasPoint = false
    var count = 0
    for byte in text.utf8 {
      if byte == 0x2E {
        if hasPoint || count == 0 { return nil }
        hasPoint = true
        count = 0
        continue
      }
      guard byte >= 0x30, byte <= 0x39 else { return nil }
      count += 1
      if count > 15 { return nil }
      let digit = Int64(byte - 0x30)
      if hasPoint {
        if remaining % 10 != 0 {
          if digit != 0 { return nil }
          continue
        }
        remaining /= 10
        value += digit * remaining
      } else {
        let product = (value / scale * 10 + digit).multipliedReportingOverflow(by: scale)
        if product.overflow { return nil }
        value = product.partialValue
      }
    }
    return count > 0 ? value : nil
  }
}
