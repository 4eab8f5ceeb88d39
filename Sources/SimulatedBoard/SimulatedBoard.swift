// Decides: what a simulated board consists of and what it tells besides the Board protocol.
// Leaves to others: time and events (SimulatedBoard+Time), lines and converters
// (SimulatedBoard+Pins), each part's own law (Electronics, Electrodes, Muscle).

public import BoardSupport
public import StimulationCore

/// A stimulation board with electrodes and a muscle on each channel, in virtual or real time.
///
/// Everything random comes from the seed: the same seed and the same calls give the same
/// readings, dose and record.
public struct SimulatedBoard: ~Copyable, Board {
  /// The output stage's voltage in V.
  static let compliance = 80.0
  /// The hardware acts at 1.2 × what the board declares.
  static let limiterTime: Int64 = 600_000_000
  static let integratorCharge = 22_500.0  // µC
  static let comparatorDelay: Int64 = 5_000

  /// What the board can do and guarantees.
  public let capabilities: BoardCapabilities
  /// The seed, for the record's header.
  public let seed: UInt64

  let channelCount: Int
  let clock: SimulatedClock
  let origin: Int64
  let lateness: Double
  let lineBits = LineBits()
  var descriptor: RequestDescriptor

  var time: Int64 = 0
  var noise: NoiseSource
  var ring: RecordRing
  var ledger = ClearanceLedger()
  var channels: FixedStore<ChannelPlant>
  var supply = SupplyState()
  var relay: OutputRelay
  var heartbeat = false
  var range: OutputRange
  var threshold: Microamperes

  var faults: FaultSchedule
  var lateWakeups: FaultSchedule
  let logStalls: FaultSchedule
  var chainIsClosed = true
  var isLatched = false
  var highVoltageIsPresent = true
  var linesAreHeld = true
  var failingWrites = 0
  var latchAt = Int64.max
  var decayAt = Int64.max
  var fallenEdge = Nanoseconds.never

  var outcome = WriteOutcome.unconfirmed
  var appliedAt = Nanoseconds.notYet

  /// Makes a board, or says why none can be made.
  public init(_ configuration: SimulatedBoardConfiguration) throws(SimulatedBoardError) {
    try SimulatedBoard.check(configuration)
    let count = configuration.channelCount
    capabilities = SimulatedCapabilities.make(channelCount: count)
    seed = configuration.seed
    channelCount = count
    clock = configuration.clock
    lateness = Double(configuration.wakeLateness.rawValue)
    descriptor = RequestDescriptor(configuration.clock)
    var noise = NoiseSource(seed: configuration.seed, stream: 0)
    let imperfections = configuration.imperfections
    let spread = Double(imperfections.detectorSpread.rawValue) * (2 * noise.uniform() - 1)
    relay = OutputRelay(detectorSpread: spread)
    let areas = configuration.electrodeAreas
    let denervation = configuration.denervation
    channels = FixedStore(count: count) { index in
      ChannelPlant(
        index: index, area: Double(areas[index].rawValue), denervation: denervation,
        imperfections: imperfections, noise: &noise)
    }
    self.noise = noise
    ring = RecordRing(capacity: configuration.recordCapacity)
    range = capabilities.ranges[0]
    threshold = SimulatedCapabilities.threshold(of: range)
    faults = FaultSchedule(configuration.faults) { $0.isEvent }
    lateWakeups = FaultSchedule(configuration.faults) { $0.isLateWakeup }
    logStalls = FaultSchedule(configuration.faults) { $0.isLogStall }
    origin = RequestDescriptor.clockNow()
  }

  private static func check(
    _ configuration: SimulatedBoardConfiguration
  ) throws(SimulatedBoardError) {
    let count = configuration.channelCount
    guard count >= 1 && count <= maximumChannels else { throw .channelCount(count) }
    for channel in 0..<count where configuration.electrodeAreas[channel] <= .zero {
      throw .noElectrodeArea(channel: channel)
    }
    if configuration.faults.count > InjectedFault.most {
      throw .tooManyFaults(configuration.faults.count)
    }
    for fault in configuration.faults where fault.channel >= count {
      throw .noSuchChannel(channel: fault.channel, channelCount: count)
    }
    let lateness = configuration.wakeLateness
    guard lateness >= .zero && lateness <= .seconds(1) else { throw .lateness(lateness) }
    let capacity = configuration.recordCapacity
    guard capacity >= 0 && capacity <= 1 << 26 else { throw .recordCapacity(capacity) }
  }

  /// What the electrodes of a channel received since the board was opened.
  public func electrodeTotals(channel: Int) -> ElectrodeTotals {
    precondition(channel >= 0 && channel < channelCount, "a channel of the board")
    return channels[channel].dose.totals
  }

  /// The force of a channel's muscle now, in newtons.
  public mutating func measuredForce(channel: Int) -> Double {
    precondition(channel >= 0 && channel < channelCount, "a channel of the board")
    return channels[channel].force(at: time)
  }

  /// The true current at a channel's electrodes now.
  public func electrodeCurrent(channel: Int) -> Microamperes {
    precondition(channel >= 0 && channel < channelCount, "a channel of the board")
    let current = channels[channel].current(supply) * 1_000
    return Microamperes(Int32(current.rounded()))
  }

  /// Whether an injected fault makes the logger stand still at `time`.
  public func logStall(at time: Nanoseconds) -> Bool {
    for place in 0..<logStalls.total {
      guard case .logStall(let length) = logStalls[place].kind else { continue }
      let start = logStalls[place].at
      guard time >= start else { continue }
      guard let length else { return true }
      if time - start < length { return true }
    }
    return false
  }

  /// Turns the comparator's reset key on the board's front; software has no line for it.
  public mutating func resetOverCurrentLatch() {
    isLatched = false
    latchAt = .max
    for index in 0..<channelCount { channels[index].runaway = 0 }
    updateSupply()
  }
}

extension InjectedFault.Kind {
  var isLateWakeup: Bool {
    if case .lateWakeup = self { return true }
    return false
  }

  var isLogStall: Bool {
    if case .logStall = self { return true }
    return false
  }

  /// Whether the plant itself changes at the fault's time.
  var isEvent: Bool { !isLateWakeup && !isLogStall }
}
