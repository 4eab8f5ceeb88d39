// Decides: the order of one tick: STOP, measure, judge, respond, obey, drive, guard, clear.
// Leaves to others: pulses (ChannelRun), causes (Interlocks), commands, self-check and session
// (the extensions beside this file), and every pin (boards).

/// What one tick answers: outputs to apply now, and when to wake next.
@frozen public struct Step: ~Copyable {
  /// The outputs, cleared for this tick.
  public let outputs: ClearedOutputs
  /// When to wake at the latest.
  public let deadline: Nanoseconds

  init(outputs: consuming ClearedOutputs, deadline: Nanoseconds) {
    self.outputs = outputs
    self.deadline = deadline
  }

  /// Takes the outputs out.
  @inlinable public consuming func takeOutputs() -> ClearedOutputs { outputs }
}

/// The whole decision of one session on one board.
///
/// Pure: time and readings come in, outputs and the next deadline go out. A controller serves
/// one session; it starts faulted and earns the right to run.
public struct StimulationController: ~Copyable {
  /// The safety tick of every state that energises.
  public static let safetyTick = Nanoseconds.milliseconds(1)
  /// The wake-up of the other states.
  static let idleTick = Nanoseconds.milliseconds(5)
  /// The heartbeat toggles this often; SR-24 demands 5 ms.
  static let heartbeatInterval = Nanoseconds.milliseconds(2)
  /// From the coil to the first train: the contact has closed by then.
  static let relayLead = Nanoseconds.milliseconds(15)
  /// What a session takes beyond its schedule: 15 ms for the contact, 5 ms for late wake-ups.
  static let startAndEnd = Nanoseconds.milliseconds(20)

  /// What will run.
  public let plan: StimulationPlan
  /// The board's capabilities.
  public let board: BoardCapabilities
  /// The present state.
  public internal(set) var state = ControllerState.faulted
  /// Whether trains run. Kept beside the state, which is looked at several times a tick.
  private(set) var isDelivering = false
  /// The latched trips.
  public internal(set) var latch = FaultLatch(startingWith: .notYetChecked)
  /// What became of the command of the last tick.
  public internal(set) var reply = Reply.none
  /// The item at which the last self-check failed.
  public internal(set) var failedItem: SelfCheckItem?
  /// When the session started; ``Nanoseconds/never`` before.
  public internal(set) var startedAt = Nanoseconds.never
  /// The session's on-time so far: the time in which any channel was within a train.
  public internal(set) var sessionOnTime = Nanoseconds.zero

  var channels: InlineArray<8, ChannelRun>
  let limits: PulseLimits
  let probeTiming: PulseTiming
  /// Never changes; a `let` would be copied whole for each channel and tick.
  var therapyBounds: InlineArray<8, OutputBounds>
  var frame: OutputFrame
  /// The channels as the last reading has them.
  var seen = InlineArray<8, ChannelReadings>(repeating: .none)
  var queue = RecordQueue()
  var wake = WakeInterlock()
  var lines = LineInterlock()
  var outputGuard = OutputGuard()
  var pass: SelfCheckPass?
  var check = SelfCheckProgress()
  /// What follows when the pulses in progress are over.
  var pending: PendingHalt?
  var tick: UInt64
  let firstTick: UInt64
  var now = Nanoseconds.notYet
  var deadline = Nanoseconds.never
  var edgeTolerance: Nanoseconds?
  var heartbeatMayRun = false
  var armedAt = Nanoseconds.notYet
  var lastToggle = Nanoseconds.notYet
  var resetWasHeld = false
  var checkpointOnTime = Nanoseconds.zero
  var halted: Nanoseconds?
  /// Whether the outputs of the last tick drive anything: a phase, a gate or the relay's coil.
  public internal(set) var outputsAreActive = false

  /// A controller for one session of `plan` on `board`.
  ///
  /// - Parameter last: the last tick of the session before it on the same board, so that the
  ///   board's ledger of clearances goes on.
  public init(plan: StimulationPlan, board: BoardCapabilities, after last: UInt64 = 0) {
    tick = last
    firstTick = last &+ 1
    self.plan = plan
    self.board = board
    limits = PulseLimits(plan.limits)
    channels = InlineArray { index in
      // Places beyond the plan's channels are never driven; they repeat the first.
      ChannelRun(index: min(index, plan.channelCount - 1), plan: plan, board: board)
    }
    probeTiming = PulseTiming(
      SelfCheckProgress.probe, on: board, step: plan.range(of: board).step)
    therapyBounds = InlineArray { index in
      OutputBounds(therapy: plan, channel: min(index, plan.channelCount - 1))
    }
    frame = .inactive(heartbeat: false, rangeMaximum: plan.range(of: board).maximum)
  }

  /// One tick: everything that is decided at `now`.
  ///
  /// - Parameters:
  ///   - now: session time at the wake-up.
  ///   - readings: the board as it is now.
  ///   - request: what reached the controller from outside since the last tick.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  public mutating func advance(
    to now: Nanoseconds, readings: borrowing Readings, request: borrowing Request
  ) -> Step {
    let sinceLastTick = self.now == .notYet ? Nanoseconds.zero : max(now - self.now, .zero)
    let context = TickContext(
      now: now, appliedAt: readings.appliedAt, sinceLastTick: sinceLastTick, limits: limits,
      compliance: board.compliance, converterStep: board.converterStep)
    self.now = now
    tick &+= 1
    latch.beginTick()
    reply = .none

    wake.check(
      wokeAt: now, deadline: deadline, edgeTolerance: edgeTolerance,
      mustTick: isDelivering || state.code.energises, &latch)
    measure(readings, context)
    superviseHost(request, sinceLastTick)
    if request.stop { stop() }
    if latch.first != nil { respond() }
    obey(request)
    drive(context)
    if latch.first != nil { respond() }
    guardOutputs()
    if !latch.fresh.isEmpty { reportTrips() }
    clear()
    return Step(outputs: ClearedOutputs(clearing: frame, tick: tick), deadline: deadline)
  }

  /// The reply of the last tick, when a command or a reset was answered in it.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  public func answer() -> Reply? {
    if case .none = reply { return nil }
    return reply
  }

  /// The next record that waits to be carried away, oldest first.
  #if RT_CHECKED
    @_noAllocation @_noLocks
  #endif
  public mutating func nextRecord() -> SessionRecord? { queue.popFirst() }
}

// MARK: - The parts of a tick

extension StimulationController {
  private mutating func measure(_ readings: borrowing Readings, _ context: TickContext) {
    if tick > firstTick {
      WriteInterlock.check(
        readings, coil: frame.relayCoil, range: frame.rangeMaximum, wasActive: outputsAreActive,
        &latch)
    }
    lines.check(
      readings.lines, hasFallen: readings.faultEdgeAt != .never,
      mustBeGood: state.code != .completed, coilIsDriven: readings.relayCoil,
      release: board.relayRelease, at: now, &latch)
    let reaction = wake.checkReaction(
      edgeAt: readings.faultEdgeAt, appliedAt: readings.appliedAt, wereActive: outputsAreActive,
      areInactive: !outputsAreActive, &latch)
    if let reaction { queue.append(.outputsInactive(after: reaction), at: now) }
    if let since = halted, !outputsAreActive, readings.appliedAt >= since {
      queue.append(.outputsInactive(after: readings.appliedAt - since), at: now)
      halted = nil
    }
    // Kept, because each subscript of a borrowed array copies all of it.
    seen = readings.channels
    for index in 0..<plan.channelCount {
      if tick > firstTick {
        WriteInterlock.check(seen[index], against: channels[index].output, &latch, channel: index)
      }
      channels[index].measure(seen[index], context, &latch, &queue)
    }
    // No item passes in a tick that something tripped in: the failing item is the present one.
    if case .selfCheck = state, latch.first == nil { observeSelfCheck(readings) }
    if queue.hasOverflowed { latch.trip(.undurableDose) }
  }

  private mutating func superviseHost(
    _ request: borrowing Request, _ sinceLastTick: Nanoseconds
  ) {
    var isInTrain = false
    for index in 0..<plan.channelCount {
      if channels[index].clock.stage == .inTrain { isInTrain = true }
      // The limit is a channel's own; channels that take turns are on for longer together.
      if channels[index].onTime(at: now) > limits.sessionOnTime {
        latch.trip(.sessionOnTime, channel: index)
      }
    }
    // What is not yet durable is counted over all channels together.
    if isInTrain && isDelivering { sessionOnTime += sinceLastTick }
    switch state {
    case .armed, .ramping, .running, .paused:
      HostInterlock.check(
        request, sessionOnTime: sessionOnTime, onlyLatched: false, at: now, &latch)
    case .faulted:
      HostInterlock.check(
        request, sessionOnTime: sessionOnTime, onlyLatched: true, at: now, &latch)
    case .selfCheck, .checked, .stopping, .completed: break
    }
  }

  /// Does what the latched trips ask for.
  private mutating func respond() {
    switch state {
    case .faulted, .stopping(.fault): break
    case .ramping, .running:
      if latch.asks(for: .cut) {
        cut(.fault)
      } else {
        pending = .end(.fault)
      }
    case .selfCheck(let item):
      failedItem = item
      latch.trip(.selfCheckFailed)
      cut(.fault)
    case .checked, .armed, .paused, .stopping, .completed:
      cut(.fault)
    }
  }

  /// Drops every output in this tick.
  mutating func cut(_ ending: Ending) {
    for index in 0..<plan.channelCount {
      let left = channels[index].cut(at: now)
      if left != .zero {
        queue.append(.unrecovered(left.magnitude, channel: Int8(index)), at: now)
      }
      endTrain(ofChannel: index)
    }
    if check.isProbing {
      check.isProbing = false
      reportProbe(ofChannel: check.probedChannel)
    }
    if outputsAreActive { halted = now }
    outputGuard.zero()
    pending = nil
    frame.relayCoil = false
    // Whatever ended it: a coil that stays on although it was released is then the detector's.
    heartbeatMayRun = false
    enter(.stopping(ending))
  }

  mutating func enter(_ next: ControllerState) {
    if next.code != state.code { queue.append(.entered(next.code), at: now) }
    state = next
    isDelivering = next == .ramping || next == .running
  }

  /// STOP ends what could still energise, a passed self-check among it: whoever stops then does
  /// not mean that arming may follow.
  private mutating func stop() {
    switch state {
    case .faulted, .stopping, .completed: break
    case .checked:
      pass = nil
      cut(.operatorStop)
    case .selfCheck, .armed, .ramping, .running, .paused: cut(.operatorStop)
    }
  }

  /// The first cause first, whatever else tripped in the same tick (SR-32).
  private mutating func reportTrips() {
    var fresh = latch.fresh
    let first = latch.first
    if let first, fresh.contains(first) {
      queue.append(.tripped(first, channel: latch.channel(of: first)), at: now)
    }
    while let id = fresh.popWorst() {
      if id == first { continue }
      queue.append(.tripped(id, channel: latch.channel(of: id)), at: now)
    }
  }

  /// Puts the channels into the frame and lets nothing out that the guard refuses.
  private mutating func guardOutputs() {
    for index in 0..<plan.channelCount {
      frame.channels[index] = channels[index].output
      outputGuard.check(
        channels[index].output,
        isDelivering
          ? therapyBounds[index] : state.code == .selfCheck ? SelfCheckProgress.bounds : .closed,
        pulseCount: seen[index].pulseCount, deadTime: board.deadTime, at: now, &latch,
        channel: index)
    }
    if !board.channelsAreIsolated {
      outputGuard.checkIsolation(frame, channelCount: plan.channelCount, &latch)
    }
    guard latch.first != nil, state != .faulted, state != .stopping(.fault) else { return }
    if latch.asks(for: .cut) || !isDelivering {
      cut(.fault)
      for index in 0..<plan.channelCount { frame.channels[index] = .inactive }
    }
  }

  /// Heartbeat, indicator and clearance: the last things of a tick.
  private mutating func clear() {
    if heartbeatMayRun && now - lastToggle >= StimulationController.heartbeatInterval {
      frame.heartbeat.toggle()
      lastToggle = now
    }
    frame.indicator = indicates()
    outputsAreActive = frame.relayCoil || isAnyActive()
    lines.applied(coil: frame.relayCoil, heartbeatRuns: heartbeatMayRun, at: now)
    let quick = outputsAreActive || state.code.energises
    plan(tick: quick ? StimulationController.safetyTick : StimulationController.idleTick)
  }

  /// When to wake next: with the next event, and a tick from now at the latest.
  private mutating func plan(tick: Nanoseconds) {
    deadline = now + tick
    edgeTolerance = nil
    guard isDelivering || check.isProbing else { return }
    var event = Nanoseconds.never
    for index in 0..<plan.channelCount {
      let next = channels[index].nextEvent
      // What is due by now has been driven; whatever it still waits for comes with a tick.
      guard next > now && next < event else { continue }
      event = next
      edgeTolerance = channels[index].edgeTolerance
    }
    if event <= deadline {
      deadline = event
      return
    }
    edgeTolerance = nil
    // A tick so shortly before an event would still be busy when the event is due.
    if event - deadline < PulseTiming.longestLead { deadline = now + (event - now) / 2 }
  }

  /// Whether any phase or gate is on.
  ///
  /// Mutating, although it changes nothing: a getter would work on a copy of the whole
  /// controller, every tick.
  private mutating func isAnyActive() -> Bool {
    for index in 0..<plan.channelCount {
      if channels[index].output.isActive { return true }
    }
    return false
  }

  /// Whether any commanded amplitude is above 10 mA, or above 10 V across the measured load
  /// (SR-54). Mutating for the same reason as `isAnyActive`.
  private mutating func indicates() -> Bool {
    guard isDelivering else { return false }
    for index in 0..<plan.channelCount {
      let setpoint = channels[index].setpoint.value
      if setpoint > .milliamperes(10) { return true }
      let load = Int64((channels[index].load.load ?? PlanFigures.countedLoad).rawValue)
      if Int64(setpoint.rawValue) * load > 10_000_000 { return true }
    }
    return false
  }
}
