// Decides: in which order a PWM channel is taken over, set and stopped, so that its pin never
// goes active by the way: driven low and stopped first; then polarity, period, active time zero,
// and enabled last; every value read back.
// Leaves to others: what the active time means (AmplitudeCurve, GateOutput).
//
// Through sysfs. The character device that kernels from 6.17 have beside it (/dev/pwmchipN) is
// not used: sysfs works on those kernels too.

import BoardSupport
import CRealTime
import StimulationCore

/// A PWM channel that was found running when the board was opened (SR-03).
public struct PWMLeftover: Sendable, Equatable, CustomStringConvertible {
  /// Which channel.
  public let place: PWMPlace
  /// Its active time as it was found, in ns.
  public let activeTime: Int64
  /// Its period as it was found, in ns.
  public let period: Int64

  /// What was found and that it is over.
  public var description: String {
    "\(place) was left running (\(activeTime) of \(period) ns active); "
      + "it was driven to zero, stopped and read back"
  }
}

/// What a PWM channel is doing; times in ns.
struct PWMSetting {
  static let still = PWMSetting(activeTime: 0, period: 0, isEnabled: false)

  let activeTime: Int64
  let period: Int64
  let isEnabled: Bool
}

/// One PWM channel, its files open for as long as the board is.
struct PWMChannel: ~Copyable {
  /// A channel that was exported just now gets its rights from udev a little later.
  private static let triesForRights = 50
  private static let pauseForRights: Int64 = 20_000_000

  private static let normal = "normal"

  let place: PWMPlace
  /// What the channel was found doing.
  let leftover: PWMLeftover?
  /// The period as it was read back, in ns.
  private(set) var period: Int64
  /// The active time as it was read back, in ns.
  private(set) var activeTime: Int64 = 0
  /// Whether it runs, or may run: it counts as running until it was read to stand still.
  private(set) var isEnabled = false

  /// An active time that was written and could not be read back.
  static var unknown: Int64 { -1 }

  /// As it was read back.
  var setting: PWMSetting {
    PWMSetting(activeTime: activeTime, period: period, isEnabled: isEnabled)
  }

  /// Whether it was found as it was set when somebody looked last.
  private(set) var isOurs = true

  private let periodFile: Attribute
  private let activeFile: Attribute
  private let enableFile: Attribute
  private let polarityFile: Attribute

  /// Takes the channel over: stopped, at the period and its polarity, active time zero.
  init(
    _ output: PWMOutput, period wanted: Nanoseconds, in root: String
  ) throws(LinuxBoardError) {
    let place = PWMPlace(device: output.device, channel: output.index)
    let chip = try PWMFinder.chip(output.device, in: root)
    let folder = "\(chip)/pwm\(output.index)"
    let isNew = try PWMChannel.export(place, chip: chip, folder: folder)
    let periodFile = try PWMChannel.open("period", folder, place, .period, isNew)
    let activeFile = try PWMChannel.open("duty_cycle", folder, place, .activeTime, isNew)
    let enableFile = try PWMChannel.open("enable", folder, place, .enable, isNew)
    let polarity = try PWMChannel.open("polarity", folder, place, .polarity, isNew)
    let found = try PWMChannel.found(periodFile, activeFile, enableFile, place)
    if found.period > 0 {
      try PWMChannel.stand(activeFile, enableFile, polarity, found, place)
      // Before the period, which may be shorter than what an inversed channel was stopped with.
      try PWMChannel.setNormalPolarity(polarity, place)
      try PWMChannel.set(activeFile, 0, .activeTime, place)
    }
    try PWMChannel.setPeriod(periodFile, wanted, place)
    try PWMChannel.setNormalPolarity(polarity, place)
    try PWMChannel.set(activeFile, 0, .activeTime, place)
    self.place = place
    leftover =
      found.isEnabled
      ? PWMLeftover(place: place, activeTime: found.activeTime, period: found.period) : nil
    period = wanted.rawValue
    self.periodFile = periodFile
    self.activeFile = activeFile
    self.enableFile = enableFile
    polarityFile = polarity
  }

  /// Stops a channel that was left running, whatever becomes of the board; `nil` when it was not.
  /// Throws when it was and cannot be driven to zero; why it cannot be reached at all is said by
  /// taking it over.
  static func still(_ output: PWMOutput, in root: String) throws(LinuxBoardError) -> PWMLeftover? {
    guard let (leftover, folder) = running(output, in: root) else { return nil }
    let active = try PWMChannel.open("duty_cycle", folder, leftover.place, .activeTime, false)
    let enable = try PWMChannel.open("enable", folder, leftover.place, .enable, false)
    let polarity = try PWMChannel.open("polarity", folder, leftover.place, .polarity, false)
    try PWMChannel.stand(
      active, enable, polarity, (leftover.period, leftover.activeTime, true), leftover.place)
    return leftover
  }

  /// What a channel does that runs, and its folder; `nil` when it does not, or cannot be read.
  private static func running(
    _ output: PWMOutput, in root: String
  ) -> (PWMLeftover, folder: String)? {
    let place = PWMPlace(device: output.device, channel: output.index)
    do throws(LinuxBoardError) {
      let folder = "\(try PWMFinder.chip(output.device, in: root))/pwm\(output.index)"
      guard FileTree.exists(folder) else { return nil }
      let active = try PWMChannel.open("duty_cycle", folder, place, .activeTime, false)
      let enable = try PWMChannel.open("enable", folder, place, .enable, false)
      let period = try PWMChannel.open("period", folder, place, .period, false)
      let found = try PWMChannel.found(period, active, enable, place)
      guard found.isEnabled else { return nil }
      let leftover = PWMLeftover(place: place, activeTime: found.activeTime, period: found.period)
      return (leftover, folder)
    } catch {
      return nil
    }
  }

  /// Starts the channel; its active time is still zero.
  mutating func enable() throws(LinuxBoardError) {
    try PWMChannel.set(enableFile, 1, .enable, place)
    isEnabled = true
  }

  /// Reads again what stands in the kernel, which another program may have changed since. Not in
  /// the loop.
  mutating func settle() {
    do {
      let time = try activeFile.number()
      let isEnabledNow = try enableFile.number() != 0
      let isPeriodOurs = try periodFile.number() == period
      let isPolarityOurs = try polarityFile.text() == PWMChannel.normal
      isOurs =
        time == activeTime && isEnabledNow == isEnabled && isPeriodOurs && isPolarityOurs
      activeTime = time
    } catch {
      isOurs = false
    }
  }

  // MARK: Opening

  /// Makes the channel's folder appear; answers whether it was not there.
  private static func export(
    _ place: PWMPlace, chip: String, folder: String
  ) throws(LinuxBoardError) -> Bool {
    let count: Int64
    do {
      let file = try Attribute("\(chip)/npwm", .read)
      count = try file.number()
    } catch { throw .pwmNotTaken(place, error) }
    if place.channel < 0 || Int64(place.channel) >= count {
      throw .noPWMChannel(place, count: count)
    }
    if FileTree.exists(folder) { return false }
    do {
      let file = try Attribute("\(chip)/export", .write)
      try file.set(Int64(place.channel))
    } catch { throw .pwmNotTaken(place, error) }
    return true
  }

  private static func open(
    _ name: String, _ folder: String, _ place: PWMPlace, _ value: PWMValue, _ isNew: Bool
  ) throws(LinuxBoardError) -> Attribute {
    for attempt in 1...triesForRights {
      do {
        return try Attribute("\(folder)/\(name)", .both)
      } catch {
        guard isNew && error.isDenied && attempt < triesForRights else {
          throw .pwmValue(place, value, error)
        }
      }
      _ = nmes_wait_until(nmes_clock_now() + pauseForRights, nil, 0, 0)
    }
    preconditionFailure("the last attempt answers or throws")
  }

  private static func found(
    _ period: borrowing Attribute, _ active: borrowing Attribute, _ enable: borrowing Attribute,
    _ place: PWMPlace
  ) throws(LinuxBoardError) -> (period: Int64, activeTime: Int64, isEnabled: Bool) {
    let values: (Int64, Int64, Int64)
    do { values.0 = try period.number() } catch { throw .pwmValue(place, .period, error) }
    do { values.1 = try active.number() } catch { throw .pwmValue(place, .activeTime, error) }
    do { values.2 = try enable.number() } catch { throw .pwmValue(place, .enable, error) }
    return (values.0, values.1, values.2 != 0)
  }

  /// Drives the pin low and stops a channel that has a period: without one the kernel refuses every
  /// change, even to zero. Inversed, as somebody else may have left it, the pin
  /// is low for the active time, so that it is the whole period there.
  private static func stand(
    _ active: borrowing Attribute, _ enable: borrowing Attribute, _ polarity: borrowing Attribute,
    _ found: (period: Int64, activeTime: Int64, isEnabled: Bool), _ place: PWMPlace
  ) throws(LinuxBoardError) {
    let word: String
    do { word = try polarity.text() } catch { throw .pwmValue(place, .polarity, error) }
    let isInversed = word == "inversed" && found.isEnabled
    try set(active, isInversed ? found.period : 0, .activeTime, place)
    try set(enable, 0, .enable, place)
  }

  private static func set(
    _ file: borrowing Attribute, _ value: Int64, _ which: PWMValue, _ place: PWMPlace
  ) throws(LinuxBoardError) {
    let read: Int64
    do {
      try file.set(value)
      read = try file.number()
    } catch { throw .pwmValue(place, which, error) }
    if read != value { throw .pwmReadBack(place, which, wrote: "\(value)", read: "\(read)") }
  }

  private static func setPeriod(
    _ file: borrowing Attribute, _ period: Nanoseconds, _ place: PWMPlace
  ) throws(LinuxBoardError) {
    do { try file.set(period.rawValue) } catch { throw .pwmPeriod(place, period, error) }
    let read: Int64
    do { read = try file.number() } catch { throw .pwmValue(place, .period, error) }
    if read != period.rawValue {
      throw .pwmReadBack(place, .period, wrote: "\(period.rawValue)", read: "\(read)")
    }
  }

  /// Only when it must change: a driver without polarities refuses even its own.
  private static func setNormalPolarity(
    _ file: borrowing Attribute, _ place: PWMPlace
  ) throws(LinuxBoardError) {
    let read: String
    do {
      if try file.text() == normal { return }
      try file.set(normal)
      read = try file.text()
    } catch { throw .pwmValue(place, .polarity, error) }
    if read != normal { throw .pwmReadBack(place, .polarity, wrote: normal, read: read) }
  }
}

// MARK: - In the loop

extension PWMChannel {
  /// Writes the active time and reads it back.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  mutating func setActiveTime(_ time: Int64) -> WriteOutcome {
    // Until it is read back nobody knows what stands there, so that no later write is left out.
    activeTime = PWMChannel.unknown
    if activeFile.write(time) < 0 { return .failed }
    var read: Int64 = -1
    if activeFile.read(into: &read) < 0 { return .unconfirmed }
    activeTime = read
    return read == time ? .confirmed : .unconfirmed
  }

  /// Starts pulses of an active time, one a period, or changes them. The active time never
  /// exceeds the period on the way, which the kernel would refuse.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  mutating func run(_ time: Int64, period new: Int64) -> WriteOutcome {
    precondition(time > 0 && time <= new, "an active time within its period")
    var outcome = WriteOutcome.confirmed
    if new != period && new < activeTime { outcome = setActiveTime(time) }
    if outcome.isConfirmed && new != period { outcome = setPeriod(new) }
    if outcome.isConfirmed && time != activeTime { outcome = setActiveTime(time) }
    if outcome.isConfirmed && !isEnabled { outcome = setEnabled(true) }
    return outcome
  }

  /// Stops: the active time first, which every driver takes as inactive; then the channel, so
  /// that the next start begins a period of its own. Both are tried whatever becomes of either.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  mutating func stop() -> WriteOutcome {
    let time = setActiveTime(0)
    let enable = setEnabled(false)
    return time.worse(than: enable)
  }

  /// Stops for good; answers whether both writes were made and read back.
  borrowing func silence() -> Bool {
    var time: Int64 = -1
    var enable: Int64 = -1
    // Both, whatever becomes of the first.
    let timeIsSet = activeFile.write(0) >= 0 && activeFile.read(into: &time) >= 0
    let enableIsSet = enableFile.write(0) >= 0 && enableFile.read(into: &enable) >= 0
    return timeIsSet && enableIsSet && time == 0 && enable == 0
  }

  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  private mutating func setPeriod(_ new: Int64) -> WriteOutcome {
    if periodFile.write(new) < 0 { return .failed }
    var read: Int64 = -1
    if periodFile.read(into: &read) < 0 { return .unconfirmed }
    period = read
    return read == new ? .confirmed : .unconfirmed
  }

  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  private mutating func setEnabled(_ wanted: Bool) -> WriteOutcome {
    // Whatever becomes of the write, it runs until it was read to stand still.
    isEnabled = true
    if enableFile.write(wanted ? 1 : 0) < 0 { return .failed }
    var read: Int64 = -1
    if enableFile.read(into: &read) < 0 { return .unconfirmed }
    isEnabled = read != 0
    return isEnabled == wanted ? .confirmed : .unconfirmed
  }
}

extension WriteOutcome {
  /// A comparison that is promised to be free of locks, which the derived one is not.
  @inline(__always)
  var isConfirmed: Bool { if case .confirmed = self { true } else { false } }

  /// Whichever says less: the cases stand from confirmed to failed.
  @inline(__always)
  func worse(than other: WriteOutcome) -> WriteOutcome {
    rawValue > other.rawValue ? self : other
  }
}
