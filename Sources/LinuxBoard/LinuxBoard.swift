// Decides: how a real board is opened, what was found left over, and how it is closed.
// Leaves to others: waiting and reading (LinuxBoard+Read), driving (LinuxBoard+Apply).

public import BoardSupport
import CRealTime
public import StimulationCore

/// A stimulation board at this computer's GPIO lines, PWM outputs and converters.
///
/// While it is open it holds every line of the board; a second program is refused with this
/// one's name. When it goes, however that comes about, outputs go safe before anything is
/// given back.
public struct LinuxBoard: ~Copyable, Board {
  /// What the board can do and guarantees.
  public let capabilities: BoardCapabilities
  /// What an earlier process had left running; driven to zero and read back (SR-03).
  public let leftovers: [PWMLeftover]

  let outputs: HeldLines
  let inputs: HeldLines
  let map: OutputMap
  let inputMap: InputMap
  let waiting: WaitDescriptors
  let channelCount: Int
  let origin: Int64
  let selections: InlineArray<4, UInt64>
  let rangeCount: Int

  var channels: FixedStore<LinuxChannel>
  var threshold: Converter
  var ledger = ClearanceLedger()
  var time: Int64 = 0
  /// Whether an edge of a fault line ended the last wait.
  var isUrgent = false
  /// The outputs as they were read back.
  var levels: UInt64
  var linesAreHeld = true
  var range = 0
  var outcome = WriteOutcome.unconfirmed
  var appliedAt = Nanoseconds.notYet
  var isClosed = false

  /// Opens a board: lines first, because they keep everybody else out; then every PWM output is
  /// stopped, whether or not the rest can be opened; then all is set up. Every output is inactive
  /// afterwards.
  ///
  /// - Parameters:
  ///   - request: an eventfd that ends a wait when something is asked of the loop.
  ///   - longestConversions: what all conversions of a turn may take together.
  public init(
    _ definition: BoardDefinition, request: Int32? = nil, roots: DeviceRoots = .system,
    longestConversions: Nanoseconds = LinuxBoard.longestConversions
  ) throws(LinuxBoardError) {
    let map = OutputMap(definition)
    let inputMap = InputMap(definition)
    let ranges = definition.ranges
    let selections = InlineArray<4, UInt64> {
      $0 < ranges.count ? map.bits(ofSelection: ranges[$0].selection) : .max
    }
    let outputs = try HeldLines(
      definition.outputLines.map { WantedLine(definition: $0.line, kind: .output) },
      chip: definition.outputs.chip, devices: roots.devices)
    let inputs = try HeldLines(
      definition.inputLines.map {
        WantedLine(definition: $0.line, kind: InputMap.kind(of: $0.function))
      }, chip: definition.inputs.chip, devices: roots.devices)
    let stilled = try LinuxBoard.stillLeftovers(definition, roots)
    var channels = try LinuxBoard.naming(stilled) { () throws(LinuxBoardError) in
      try LinuxBoard.openChannels(definition, map, inputMap, roots)
    }
    var threshold = try LinuxBoard.naming(stilled) { () throws(LinuxBoardError) in
      try Converter(definition.overCurrentThreshold, in: roots.converters)
    }
    let conversions = LinuxBoard.timeOfConversions(&channels, &threshold)
    if conversions > longestConversions {
      let refusal = LinuxBoardError.conversionsSlow(conversions, limit: longestConversions)
      throw stilled.isEmpty ? refusal : .afterLeftovers(stilled, refusal)
    }
    let lines = try LinuxBoard.faultDescriptors(inputs, inputMap, hasRequest: request != nil)
    let levels = try LinuxBoard.begin(outputs, selection: selections[0], definition)
    var leftovers = stilled
    for index in 0..<channels.count { leftovers += channels[index].leftovers }
    self.leftovers = leftovers
    waiting = WaitDescriptors(request: request, lines: lines, spin: WaitDescriptors.spin(roots))
    capabilities = definition.capabilities
    channelCount = definition.channels.count
    rangeCount = ranges.count
    self.selections = selections
    self.map = map
    self.inputMap = inputMap
    self.outputs = outputs
    self.inputs = inputs
    self.channels = channels
    self.threshold = threshold
    self.levels = levels
    origin = nmes_clock_now()
  }

  /// A fault line that falls as a turn begins is answered when its conversions are over, and an
  /// edge that is due then comes as late: half of the shortest turn, of 1 ms, is left for the rest.
  public static let longestConversions = Nanoseconds.microseconds(500)

  /// What all conversions of a turn take: the shortest of some, because this thread may be kept
  /// from running.
  private static func timeOfConversions(
    _ channels: inout FixedStore<LinuxChannel>, _ threshold: inout Converter
  ) -> Nanoseconds {
    var shortest = Nanoseconds.never
    for _ in 0..<8 {
      let began = nmes_clock_now()
      threshold.read(at: began)
      for index in 0..<channels.count { channels[index].convert(origin: began) }
      shortest = min(shortest, Nanoseconds(rawValue: nmes_clock_now() - began))
    }
    return shortest
  }

  /// Looks again at every PWM channel, which another program may have changed since (SR-03).
  public mutating func settle() {
    for index in 0..<channelCount { channels[index].settle() }
  }

  deinit {
    if !isClosed { _ = makeSafe() }
  }

  /// Stops every PWM output of the board that somebody left running (SR-03), before anything else
  /// of it can refuse. One that cannot be stopped does not keep the others from it.
  private static func stillLeftovers(
    _ definition: BoardDefinition, _ roots: DeviceRoots
  ) throws(LinuxBoardError) -> [PWMLeftover] {
    var found: [PWMLeftover] = []
    var failure: LinuxBoardError?
    for channel in definition.channels {
      let outputs = [channel.amplitude.output] + (channel.gate.map { [$0.pwm] } ?? [])
      for output in outputs {
        do throws(LinuxBoardError) {
          if let leftover = try PWMChannel.still(output, in: roots.pwm) { found.append(leftover) }
        } catch {
          failure = failure ?? error
        }
      }
    }
    if let failure { throw found.isEmpty ? failure : .afterLeftovers(found, failure) }
    return found
  }

  /// Opens a part of the board; a refusal also tells what had been left running.
  private static func naming<Opened: ~Copyable>(
    _ stilled: [PWMLeftover], _ open: () throws(LinuxBoardError) -> Opened
  ) throws(LinuxBoardError) -> Opened {
    do throws(LinuxBoardError) { return try open() } catch {
      throw stilled.isEmpty ? error : .afterLeftovers(stilled, error)
    }
  }

  private static func openChannels(
    _ definition: BoardDefinition, _ map: OutputMap, _ inputMap: InputMap, _ roots: DeviceRoots
  ) throws(LinuxBoardError) -> FixedStore<LinuxChannel> {
    try FixedStore(count: definition.channels.count) { index throws(LinuxBoardError) in
      try LinuxChannel(
        definition.channels[index], bits: map.channels[index],
        pulseStarted: inputMap.pulseStarted[index], ranges: definition.ranges, index: index, roots)
    }
  }

  private static func faultDescriptors(
    _ inputs: borrowing HeldLines, _ map: InputMap, hasRequest: Bool
  ) throws(LinuxBoardError) -> [Int32] {
    do {
      return try inputs.descriptors(
        map.faults, most: WaitDescriptors.most - (hasRequest ? 1 : 0))
    } catch { throw .wait(error) }
  }

  /// Selects the smallest range and reads every output back.
  private static func begin(
    _ outputs: borrowing HeldLines, selection: UInt64, _ definition: BoardDefinition
  ) throws(LinuxBoardError) -> UInt64 {
    let chip = definition.outputs.chip
    var levels: UInt64 = 0
    var answer = outputs.set(selection)
    if answer >= 0 { answer = outputs.get(into: &levels) }
    if answer < 0 { throw .linesRefused(nil, chip: chip, SystemFailure(answer: answer)) }
    if levels != selection {
      let wrong = levels ^ selection
      let names = definition.outputLines.enumerated().filter { wrong >> $0.offset & 1 != 0 }
      throw .linesReadBack(names.map(\.element.line.name), chip: chip)
    }
    return levels
  }

  /// Makes every output safe, once; what is held is given back when the board goes.
  ///
  /// - Returns: whether every write was made. A write that was not leaves the rest to the
  ///   hardware: the heartbeat is still from here on.
  @discardableResult
  public mutating func close() -> Bool {
    if isClosed { return true }
    isClosed = makeSafe()
    return isClosed
  }

  /// Phases and coil in one write, then gates, then amplitudes. Nothing stops it half-way. The
  /// heartbeat stays as it stands: an edge would pass for a beat. What a gate is told besides its
  /// times stays until it is stopped: a pulse in progress keeps its direction.
  private borrowing func makeSafe() -> Bool {
    var isSafe = drop(levels & (map.heartbeat | map.steering))
    for index in 0..<channelCount where !channels[index].silenceGate() { isSafe = false }
    if levels & map.steering != 0, !drop(levels & map.heartbeat) { isSafe = false }
    for index in 0..<channelCount where !channels[index].amplitude.silence() { isSafe = false }
    return isSafe
  }

  /// Once more where the first write fails: a line that stays on is worse than a write too many.
  private borrowing func drop(_ still: UInt64) -> Bool {
    outputs.set(still) >= 0 || outputs.set(still) >= 0
  }
}
