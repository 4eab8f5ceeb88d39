// Decides: which command each state accepts, and why another is refused.
// Leaves to others: who may ask, and the words (RefusalText).

extension StimulationController {
  /// Answers the reset's rising edge and the command of this tick.
  mutating func obey(_ request: borrowing Request) {
    if request.reset != resetWasHeld {
      resetWasHeld = request.reset
      if request.reset { reset() }
    }
    if case .none = request.command { return }
    // STOP wins over a command of the same tick.
    if request.stop {
      reply = .refused(.notInState(state.code))
      return
    }
    switch request.command {
    case .none: break
    case .selfCheck: reply = acceptSelfCheck()
    case .arm(let history): reply = acceptArm(history, leaseRenewedAt: request.leaseRenewedAt)
    case .start: reply = acceptStart()
    case .setAmplitude(let amplitude, let channel):
      reply = acceptAmplitude(amplitude, channel, isTarget: false)
    case .setAmplitudes(let amplitudes): reply = acceptAmplitudes(amplitudes, isTarget: false)
    case .target(let amplitude, let channel):
      reply = acceptAmplitude(amplitude, channel, isTarget: true)
    case .pause: reply = acceptPause()
    case .resume: reply = acceptResume()
    }
  }

  /// A reset is accepted only in `faulted`, with no cause present (SR-22).
  private mutating func reset() {
    guard state == .faulted else {
      reply = .refused(.notInState(state.code))
      return
    }
    if let cause = latch.present.worst {
      reply = .refused(.causePresent(cause))
      return
    }
    latch.reset()
    reply = .accepted
  }

  private mutating func acceptSelfCheck() -> Reply {
    switch state {
    case .faulted:
      // Anything but the first cause of a fresh start needs a reset before.
      var others = latch.all
      while let id = others.popWorst() {
        if id != .notYetChecked { return .refused(.causePresent(id)) }
      }
    case .checked: break
    default: return .refused(.notInState(state.code))
    }
    if startedAt != .never { return .refused(.sessionOver) }
    beginSelfCheck()
    return .accepted
  }

  private mutating func acceptArm(
    _ history: DoseHistory, leaseRenewedAt: Nanoseconds
  ) -> Reply {
    guard state == .checked else { return .refused(.notInState(state.code)) }
    if startedAt != .never { return .refused(.sessionOver) }
    if now - leaseRenewedAt > HostInterlock.lease { return .refused(.leaseNotRenewed) }
    if let refusal = plan.refusal(after: history) { return .refused(refusal) }
    guard let redeemed = pass.take(), redeemed.redeem(at: now) else {
      return .refused(.selfCheckExpired)
    }
    heartbeatMayRun = true
    armedAt = now
    enter(.armed)
    return .accepted
  }

  private mutating func acceptStart() -> Reply {
    guard state == .armed else { return .refused(.notInState(state.code)) }
    frame.relayCoil = true
    startedAt = now
    scheduleTrains(from: .zero)
    enter(.running)
    return .accepted
  }

  /// Schedules each channel's next train as far from the others' as the plan has it: after a
  /// pause channels may have begun different numbers of trains, and still take turns (SR-33).
  /// Every channel waits for the one that must wait longest; a pause takes nothing off the
  /// off-time or the rest between sets that follows a train (SR-12).
  ///
  /// - Parameter planned: the time in the plan at which the schedule goes on.
  private mutating func scheduleTrains(from planned: Nanoseconds) {
    var start = now + StimulationController.relayLead
    for index in 0..<plan.channelCount {
      let after = max(channels[index].nextPlannedStart - planned, .zero)
      start = max(start, channels[index].earliestPulse - after)
      let clock = channels[index].clock
      if clock.stage == .waiting { start = max(start, clock.startsAt - after) }
    }
    for index in 0..<plan.channelCount {
      let after = max(channels[index].nextPlannedStart - planned, .zero)
      channels[index].clock.schedule(at: start + after)
    }
  }

  /// When, in the plan, the first train of any channel that is still to come begins.
  private var nextPlannedStart: Nanoseconds {
    var earliest = Nanoseconds.never
    for index in 0..<plan.channelCount where channels[index].clock.trainsBegun < plan.train.trains {
      earliest = min(earliest, channels[index].nextPlannedStart)
    }
    return earliest == .never ? .zero : earliest
  }

  /// One amplitude for a channel, or for all.
  private mutating func acceptAmplitude(
    _ amplitude: Microamperes, _ channel: Int8?, isTarget: Bool
  ) -> Reply {
    guard isDelivering, pending == nil else { return .refused(.notInState(state.code)) }
    var asked = ChannelAmplitudes()
    if let channel {
      if channel < 0 || channel >= plan.channelCount { return .refused(.noChannel(channel)) }
      asked.set(amplitude, channel: Int(channel))
    } else {
      for index in 0..<plan.channelCount { asked.set(amplitude, channel: index) }
    }
    return acceptAmplitudes(asked, isTarget: isTarget)
  }

  /// Raises every channel that is named, or none. A fall waits for no other channel.
  private mutating func acceptAmplitudes(_ asked: ChannelAmplitudes, isTarget: Bool) -> Reply {
    guard isDelivering, pending == nil else { return .refused(.notInState(state.code)) }
    for index in plan.channelCount..<maximumChannels where asked[index] != nil {
      return .refused(.noChannel(Int8(index)))
    }
    var refusal: Refusal?
    var falling = ChannelSet()
    for index in 0..<plan.channelCount {
      guard let amplitude = asked[index] else { continue }
      let setpoint = channels[index].setpoint
      let channelPlan = channels[index].plan
      let found =
        isTarget
        ? setpoint.refusalAsTarget(amplitude, plan: channelPlan, channel: Int8(index))
        : setpoint.refusal(of: amplitude, plan: channelPlan, channel: Int8(index), at: now)
      if found == nil && setpoint.exceeds(amplitude) { falling.insert(index) }
      if refusal == nil { refusal = found }
    }
    if let refusal, falling.isEmpty { return .refused(refusal) }
    for index in 0..<plan.channelCount {
      // A target ends at any other command, on whichever channel.
      guard let amplitude = asked[index], refusal == nil || falling.contains(index) else {
        channels[index].setpoint.endTarget()
        continue
      }
      if refusal != nil {
        channels[index].setpoint.lower(to: amplitude)
      } else if isTarget {
        channels[index].setpoint.aim(at: amplitude, at: now)
      } else {
        channels[index].setpoint.set(amplitude, at: now)
      }
    }
    guard let refusal else { return .accepted }
    return .lowered(falling, refusal)
  }

  private mutating func acceptPause() -> Reply {
    guard isDelivering, pending == nil else { return .refused(.notInState(state.code)) }
    pending = .pause
    return .accepted
  }

  private mutating func acceptResume() -> Reply {
    guard state == .paused else { return .refused(.notInState(state.code)) }
    scheduleTrains(from: nextPlannedStart)
    enter(.running)
    return .accepted
  }
}
