// Decides: how a converter channel is opened and read.
// Leaves to others: when it is read and how old a value may be (the board, SR-29).

import BoardSupport
import StimulationCore

/// One converter channel, its file open for as long as the board is.
///
/// What a read answers is as old as the read and the time between two conversions, which is
/// nothing for a converter that converts when it is read.
struct Converter: ~Copyable {
  let place: ConverterPlace
  private let raw: Attribute
  private let numerator: Int64
  private let addend: Int64
  private let denominator: Int64
  private let lowest: Int32
  private let highest: Int32
  private let updateInterval: Int64

  /// The last code.
  private(set) var code: Int32 = 0
  /// The last value, in the quantity's unit.
  private(set) var value: Int32 = 0
  /// Whether the last read succeeded and its code lay inside the range.
  private(set) var isInRange = true
  /// When the last successful read ended, on the board's clock.
  private(set) var sampledAt = Nanoseconds.notYet

  init<Unit>(
    _ definition: ConverterDefinition<Unit>, in root: String
  ) throws(LinuxBoardError) {
    let place = ConverterPlace(device: definition.device, channel: definition.input)
    let folder = try ConverterFinder.folder(of: definition.device, in: root)
    let name = "in_voltage\(definition.input)"
    if !FileTree.exists("\(folder)/\(name)_raw") {
      let names = (try? FileTree.names(in: folder)) ?? []
      throw .noConverterChannel(
        place, present: names.filter { $0.hasPrefix("in_") && $0.hasSuffix("_raw") })
    }
    try Converter.checkRate(definition.updateInterval, folder, place)
    let scale = try Converter.scale(definition, folder, place)
    raw = try Converter.open("\(folder)/\(name)_raw", place)
    numerator = scale.numerator
    addend = scale.addend
    denominator = scale.denominator
    lowest = definition.codes.lowerBound
    highest = definition.codes.upperBound
    updateInterval = definition.updateInterval.rawValue
    self.place = place
  }

  private static func open(
    _ path: String, _ place: ConverterPlace
  ) throws(LinuxBoardError) -> Attribute {
    do { return try Attribute(path, .read) } catch {
      throw .converterFile(place, file: path, error)
    }
  }

  /// A converter that the kernel says is slower than the definition says gives values that are
  /// older than they are taken for.
  private static func checkRate(
    _ declared: Nanoseconds, _ folder: String, _ place: ConverterPlace
  ) throws(LinuxBoardError) {
    let name = "sampling_frequency"
    guard let rate = try figure(name, folder, place, ofDevice: name), rate > 0 else { return }
    // Billionths of a hertz; the interval is rounded up, so that no slower converter passes.
    let (whole, rest) = Int64(1_000_000_000_000_000_000).quotientAndRemainder(dividingBy: rate)
    let interval = Nanoseconds(rawValue: whole + (rest > 0 ? 1 : 0))
    if interval > declared { throw .converterSlow(place, interval, declared: declared) }
  }

  private static func scale<Unit>(
    _ definition: ConverterDefinition<Unit>, _ folder: String, _ place: ConverterPlace
  ) throws(LinuxBoardError) -> LinearScale<Unit> {
    let scale: LinearScale<Unit>?
    if let fixed = definition.scale.fixed {
      scale = fixed
    } else {
      // The kernel's scale is in millivolts a code: its billionths are picovolts.
      guard let picovolts = try figure("scale", folder, place) else {
        throw .converterFile(
          place, file: "in_voltage\(place.channel)_scale",
          SystemFailure(number: SystemFailure.noEntry))
      }
      let offset = try figure("offset", folder, place) ?? 0
      guard offset % 1_000_000_000 == 0, let codes = Int32(exactly: offset / 1_000_000_000) else {
        throw .converterScaling(place)
      }
      scale = definition.scale.linear(picovoltsPerCode: picovolts, offset: codes)
    }
    guard let scale else { throw .converterScaling(place) }
    return scale
  }

  /// A figure of the channel or, where it has none of its own, of all channels or the device.
  private static func figure(
    _ name: String, _ folder: String, _ place: ConverterPlace, ofDevice whole: String? = nil
  ) throws(LinuxBoardError) -> Int64? {
    var files = ["in_voltage\(place.channel)_\(name)", "in_voltage_\(name)"]
    if let whole { files.append(whole) }
    for file in files
    where FileTree.exists("\(folder)/\(file)") {
      let text: String
      do { text = try FileTree.text("\(folder)/\(file)") } catch {
        throw .converterFile(place, file: file, error)
      }
      guard let figure = DecimalFraction.billionths(text) else {
        throw .converterFigure(place, file: file, text: text)
      }
      return figure
    }
    return nil
  }

  /// Reads. `time` is the board's clock before the read: a value is never held for younger than
  /// it is.
  ///
  /// A failed read leaves code, value and `sampledAt` as they were and is not in range.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  mutating func read(at time: Int64) {
    var number: Int64 = 0
    guard raw.read(into: &number) >= 0 else {
      isInRange = false
      return
    }
    sampledAt = Nanoseconds(rawValue: time - updateInterval)
    isInRange = number >= Int64(lowest) && number <= Int64(highest)
    // Out of range the nearest believable code tells the value: enough to judge its error by.
    let believable = min(max(number, Int64(lowest)), Int64(highest))
    code = Int32(truncatingIfNeeded: number)
    value = scaled(believable)
  }

  /// As ``LinearScale/value(of:)``, whose generic form the real-time check does not pass.
  @inline(__always)
  private func scaled(_ code: Int64) -> Int32 {
    let exact = code * numerator + addend
    let half = denominator / 2
    return Int32(
      truncatingIfNeeded: exact >= 0
        ? (exact + half) / denominator : (exact - half) / denominator)
  }
}
