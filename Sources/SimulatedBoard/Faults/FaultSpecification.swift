// Decides: how `NAME[=SIZE][:chN]@TIME` is read.
// Leaves to others: quantities (QuantityParser) and the faults themselves (InjectedFault).

import CheckedFiles
import StimulationCore

extension InjectedFault {
  /// Reads `NAME[=SIZE][:chN]@TIME`, channels counted from 1; channel 1 when none is named.
  public static func parse(_ text: String) throws(FaultSpecificationError) -> InjectedFault {
    guard let mark = text.lastIndex(of: "@") else { throw .noTime(text) }
    let timeText = trimmed(text[text.index(after: mark)...])
    let time: Nanoseconds
    do throws(QuantityError) { time = try QuantityParser.parseDuration(timeText) } catch {
      throw .badTime(timeText, specification: text)
    }
    guard time <= .seconds(86_400) else { throw .badTime(timeText, specification: text) }
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
    return InjectedFault(kind, channel: channel, at: time)
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
    /// The size, when there is one and it lies in the range.
    func read<Value: Comparable>(
      _ range: ClosedRange<Value>, _ parse: (String) throws(QuantityError) -> Value
    ) throws(FaultSpecificationError) -> Value? {
      guard let size else { return nil }
      let value: Value
      do throws(QuantityError) { value = try parse(size) } catch { throw .badSize(size, name) }
      guard range.contains(value) else { throw .badSize(size, name) }
      return value
    }
    let instant = Nanoseconds(1)
    switch name {
    case .leadOff:
      return .leadOff(try read(.zero...Ohms(100_000_000), QuantityParser.parseResistance))
    case .short:
      let size = try read(.zero...Ohms(1_000), QuantityParser.parseResistance)
      return .short(size ?? InjectedFault.defaultShort)
    case .stuckConverter:
      return .stuckConverter(try read(-32_767...32_767, QuantityParser.parseCode))
    case .noise:
      let range = PartsPerMillion(1)...PartsPerMillion(10_000_000)
      return .noise(try read(range, QuantityParser.parseShare) ?? InjectedFault.defaultNoise)
    case .lateWakeup:
      let size = try read(instant...Nanoseconds.seconds(60), QuantityParser.parseDuration)
      return .lateWakeup(size ?? InjectedFault.defaultLateWakeup)
    case .logStall:
      return .logStall(
        try read(instant...Nanoseconds.seconds(86_400), QuantityParser.parseDuration))
    case .overCurrent:
      let range = Microamperes(1)...Microamperes(1_000_000)
      return .overCurrent(try read(range, QuantityParser.parseCurrent))
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
