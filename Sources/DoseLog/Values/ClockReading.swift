// Decides: what is read of the clocks when something is recorded (SR-40, SR-47).
// Leaves to others: what follows from it (DoseLogReader.history).

internal import Foundation
public import StimulationCore

/// The time since a particular start of the machine.
public struct BootTime: Sendable, Equatable {
  /// The kernel's name of this start of the machine.
  public let boot: String
  /// The monotonic time since then, suspension included.
  public let uptime: Nanoseconds

  /// A time within one boot.
  public init(boot: String, uptime: Nanoseconds) {
    self.boot = boot
    self.uptime = uptime
  }

  /// The same boot's time now, from `CLOCK_BOOTTIME`.
  public var now: BootTime {
    BootTime(
      boot: boot, uptime: ClockReading.read(CLOCK_BOOTTIME).map { Nanoseconds($0) } ?? uptime)
  }
}

/// Both clocks at one instant.
public struct ClockReading: Sendable, Equatable {
  /// The wall clock.
  public let wall: WallTime
  /// The machine's monotonic clock; `nil` where there is none.
  public let boot: BootTime?
  /// The machine's wall clock, which rest and days go by too; `nil` in virtual time, where only
  /// ``wall`` passes.
  public let machine: WallTime?
  /// Whether the wall clock follows a time source. A virtual clock counts as synchronised.
  public let isSynchronised: Bool

  /// Clocks as read, the wall clock being the machine's.
  public init(wall: WallTime, boot: BootTime?, isSynchronised: Bool) {
    self.init(wall: wall, boot: boot, machine: wall, isSynchronised: isSynchronised)
  }

  private init(wall: WallTime, boot: BootTime?, machine: WallTime?, isSynchronised: Bool) {
    self.wall = wall
    self.boot = boot
    self.machine = machine
    self.isSynchronised = isSynchronised
  }

  /// A virtual clock at an instant of virtual time.
  ///
  /// - Parameter boot: the machine's time, for the record. Rest and days in virtual time do not
  ///   go by it.
  public static func virtual(_ wall: WallTime, boot: BootTime? = nil) -> ClockReading {
    ClockReading(wall: wall, boot: boot, machine: nil, isSynchronised: true)
  }

  /// A virtual wall clock at an instant of a session in real time: rest and days go by it and by
  /// the machine's clocks, whichever gives less.
  public static func paced(_ wall: WallTime, _ machine: ClockReading) -> ClockReading {
    ClockReading(
      wall: wall, boot: machine.boot, machine: machine.machine, isSynchronised: true)
  }

  /// The machine's clocks as they are now.
  ///
  /// Reads `CLOCK_REALTIME`, `CLOCK_BOOTTIME` and the kernel's boot id; where there is none,
  /// the reading belongs to no boot.
  ///
  /// - Parameter isSynchronised: what `adjtimex` says, which cannot be called from Swift.
  public static func ofMachine(isSynchronised: Bool) -> ClockReading {
    let wall = WallTime(nanosecondsSince1970: read(CLOCK_REALTIME) ?? 0)
    let bootFile = "/proc/sys/kernel/random/boot_id"
    let text = try? String(contentsOfFile: bootFile, encoding: .utf8)
    var boot: BootTime?
    if let name = text?.trimmingCharacters(in: .whitespacesAndNewlines), !name.isEmpty,
      let uptime = read(CLOCK_BOOTTIME)
    {
      boot = BootTime(boot: name, uptime: Nanoseconds(rawValue: uptime))
    }
    return ClockReading(wall: wall, boot: boot, isSynchronised: isSynchronised)
  }

  fileprivate static func read(_ clock: clockid_t) -> Int64? {
    var time = timespec()
    // SAFETY: `time` lives across the call, which only fills it in.
    guard unsafe clock_gettime(clock, &time) == 0 else { return nil }
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
