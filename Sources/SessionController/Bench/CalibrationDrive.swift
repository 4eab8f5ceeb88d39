// Decides: which pulses a calibration outputs into a dummy load, and how a set point is reached.
// Leaves to others: asking for the meter (CalibrationDialogue), every limit and interlock (the
// core), and what the readings make (CalibrationTable).
//
// There is no steady current anywhere: the core has no way to hold one, because none is safe on
// a person. A set point is short pulses of it, each recovered, which a triggered meter or an
// oscilloscope reads on their flat top.

public import DoseLog
public import ProtocolLibrary
public import StimulationCore

/// What the board itself sees of a set point.
public struct CalibrationSight: Sendable, Equatable {
  /// The highest current that its converter has measured so far, as a magnitude: set points
  /// ascend, and the last phase measured may be a recovery, which has less.
  public let highest: Microamperes
  /// The load of its last pulse.
  public let load: Ohms?
}

/// Drives one output range of one channel through its set points.
public final class CalibrationDrive: Sendable {
  /// The flat top that is read.
  public static let flatTop = Nanoseconds.milliseconds(7)
  /// From pulse to pulse; every second one leads with the other polarity.
  public static let period = Nanoseconds.milliseconds(500)
  /// Up to here the recovery mirrors the flat top: 2 × 7 ms × (200 mA)² × 500 Ω are 280 mJ of
  /// the standard envelope's 300 mJ. Above it has a fifth of the amplitude, for five times as
  /// long: 263 mJ at 250 mA.
  private static let largestMirrored = Microamperes.milliamperes(200)
  /// Twenty minutes of pulses, within the on-time of a session.
  private static let train = TrainPlan(
    rampUp: .zero, plateau: .seconds(60), rampDown: .zero, offTime: .seconds(1),
    trainsPerSet: 20, sets: 1, restBetweenSets: .zero, sessionDuration: .seconds(1_300))
  /// A load is judged from this current on; below it the converter's step counts too much.
  private static let leastForLoad = Microamperes.milliamperes(1)
  /// Two pulses of each polarity.
  private static let settled = period * 4
  /// How far the board's own figure of the load may lie from the one that was named.
  private static let loadTolerance: Int64 = 10

  private let session: BenchSession
  private let channel: Int
  private let load: Ohms?

  /// A plan for one range: its maximum is the ceiling, which chooses the range (SR-28).
  ///
  /// - Parameters:
  ///   - channel: counted from 0; the channels before it take part and stay at zero.
  ///   - label: what stands in the place of a muscle in the log. Rest between sessions is a
  ///     muscle's, so that each calibration of a load has a label of its own.
  public static func plan(
    on board: BenchBoard, channel: Int, range: Int, label: String, today: CalendarDate
  ) throws(BenchFailure) -> PlannedSession {
    let capabilities = board.capabilities
    let maximum = capabilities.ranges[range].maximum
    let isMirrored = maximum <= largestMirrored
    let request = BenchRequest(
      name: "bench-calibration", load: label,
      pulse: PulsePlan(
        shape: .rectangular, leadingPhase: flatTop,
        interphaseGap: isMirrored ? .zero : capabilities.settling,
        recoveryPhase: isMirrored ? flatTop : flatTop * 5,
        recovery: isMirrored ? .symmetric : .asymmetric, pulsePeriod: period,
        leadingPolarity: .alternating),
      train: train, ceiling: maximum, channelCount: channel + 1)
    return try board.plan(request, today: today)
  }

  /// Opens the log's side of it; nothing is energised.
  ///
  /// - Parameter load: what is connected; `nil` where the board's own figure is not compared.
  public init(
    _ planned: PlannedSession, on host: any LoopHost, channel: Int, load: Ohms?, actor: String,
    writer: DoseLogWriter, clock: any SessionClock
  ) throws(BenchFailure) {
    session = try BenchSession(planned, on: host, actor: actor, writer: writer, clock: clock)
    self.channel = channel
    self.load = load
  }

  /// The self-check, then armed and started at zero.
  public func begin() throws(BenchFailure) {
    try session.check { _ in }
    try session.start()
  }

  /// Climbs to a set point and waits until its pulses run.
  public func go(to setPoint: Microamperes) throws(BenchFailure) -> CalibrationSight {
    try session.aim(at: setPoint, channel: channel)
    let start = try now()
    // Four times what the climb of SR-14 takes, and half a minute for the pauses of trains.
    let limit = start + .seconds(30) + .microseconds(Int64(setPoint.rawValue) * 800)
    var reachedAt: Nanoseconds?
    while try now() < limit {
      try session.hold(for: .milliseconds(20))
      guard let seen = session.status.loop else { continue }
      let status = seen.channels[channel]
      guard status.setpoint == setPoint else {
        reachedAt = nil
        continue
      }
      reachedAt = reachedAt ?? seen.now
      guard let reachedAt, seen.now - reachedAt >= CalibrationDrive.settled else { continue }
      return try look(at: setPoint)
    }
    throw .tooSlow("set point \(setPoint)")
  }

  /// What the board sees now.
  private func look(at setPoint: Microamperes) throws(BenchFailure) -> CalibrationSight {
    guard let seen = session.status.loop else { throw .tooSlow("the loop") }
    let status = seen.channels[channel]
    if let load, let found = status.load, setPoint >= CalibrationDrive.leastForLoad {
      let apart = abs(Int64(found.rawValue) - Int64(load.rawValue)) * 100
      if apart > Int64(load.rawValue) * CalibrationDrive.loadTolerance {
        session.stop()
        throw .load(found: found, named: load)
      }
    }
    return CalibrationSight(highest: status.dose.peak, load: status.load)
  }

  private func now() throws(BenchFailure) -> Nanoseconds {
    guard let seen = session.status.loop else { throw .tooSlow("the loop") }
    return seen.now
  }

  /// The operator is still there. To be called at least every half second.
  public func hold() throws(BenchFailure) { try session.hold() }

  /// Outputs inactive now, and for good. Safe from any thread.
  public func stop() { session.stop() }

  /// Outputs inactive, records durable, the loop ended.
  public func end() { session.end() }
}

/// Which dummy load a range is measured into.
public enum DummyLoad {
  /// The loads of the reference pages (Hardware/reference-1ch.md), largest first.
  private static let usual = [Ohms(1_000), Ohms(240)]

  /// The largest usual load that the range drives with a fifth of its voltage to spare; below
  /// them, what three quarters of the voltage drive.
  public static func suggestion(
    for range: OutputRange, compliance: Millivolts
  ) -> Ohms {
    let most = Int64(compliance.rawValue) * 800
    for load in usual
    where Int64(range.maximum.rawValue) * Int64(load.rawValue) <= most {
      return load
    }
    return Ohms(Int32(Int64(compliance.rawValue) * 750 / Int64(range.maximum.rawValue)))
  }
}
