// Decides: how trains, pauses and endings follow one another while a session runs.
// Leaves to others: the pulses of a channel (ChannelRun) and responses to trips (controller).

/// What follows when the pulses in progress are over.
enum PendingHalt: Equatable {
  case pause
  case end(Ending)
}

extension StimulationController {
  /// Moves the present state on.
  mutating func drive(_ context: TickContext) {
    switch state {
    case .faulted, .checked, .completed: break
    case .armed: disarmWhenOld()
    case .paused:
      if isTimeUp { cut(.sessionTimer) }
    case .selfCheck: driveSelfCheck(context)
    case .ramping, .running: driveTrains(context)
    case .stopping(let ending): finishStopping(ending)
    }
  }

  /// Answers, skin and self-check are of the moment of arming: a start much later would stand on
  /// none of them. Back to before arming, which asks for a new self-check (SR-04).
  private mutating func disarmWhenOld() {
    guard now - armedAt > SelfCheckPass.lifetime else { return }
    heartbeatMayRun = false
    enter(.checked)
  }

  /// Whether the session's duration is used up, pauses included.
  private var isTimeUp: Bool {
    mutating get {
      now - startedAt > plan.train.sessionDuration + StimulationController.startAndEnd
    }
  }

  private mutating func driveTrains(_ context: TickContext) {
    if pending == nil && isTimeUp { pending = .end(.sessionTimer) }
    let mode: DriveMode = pending == nil ? .run : .finish
    var isClimbing = false
    var allAtRest = true
    var allFinished = true
    for index in 0..<plan.channelCount {
      channels[index].drive(mode, context, &latch, &queue)
      if channels[index].clock.trainsBegun > plan.train.trains {
        latch.trip(.sessionTrains, channel: index)
      }
      let isAtRest = channels[index].isAtRest(at: now)
      if isAtRest && channels[index].clock.stage == .inTrain && now >= channels[index].clock.endsAt
      {
        endTrain(ofChannel: index)
      }
      isClimbing = isClimbing || channels[index].setpoint.target != nil
      allAtRest = allAtRest && isAtRest
      allFinished = allFinished && channels[index].clock.stage == .finished
    }
    if allFinished && allAtRest && pending == nil { pending = .end(.planDelivered) }
    if sessionOnTime - checkpointOnTime >= .milliseconds(700) { checkpoint() }
    if let halt = pending, allAtRest {
      perform(halt)
    } else {
      let next = isClimbing ? ControllerState.ramping : .running
      if state.code != next.code { enter(next) }
    }
  }

  private mutating func perform(_ halt: PendingHalt) {
    switch halt {
    case .end(let ending): cut(ending)
    case .pause:
      for index in 0..<plan.channelCount {
        endTrain(ofChannel: index)
        channels[index].zero()
        channels[index].output = .inactive
      }
      outputGuard.zero()
      pending = nil
      enter(.paused)
    }
  }

  /// Waits for the contact; a welded one is a fault although the session was over.
  private mutating func finishStopping(_ ending: Ending) {
    guard lines.isContactOpen || latch.all.contains(.weldedRelay) else { return }
    if ending == .fault || latch.first != nil {
      enter(.faulted)
    } else {
      enter(.completed(ending))
    }
  }

  /// Closes the record of a channel's present train.
  mutating func endTrain(ofChannel index: Int) {
    guard channels[index].clock.stage == .inTrain else { return }
    var record = channels[index].endTrain(at: now)
    record.boundAfter = channels[index].boundAfter
    record.sessionOnTime = sessionOnTime
    queue.append(.dose(record))
  }

  /// Reports the running totals every 700 ms of on-time, so that they are durable at least every
  /// second although the log takes its time (SR-43).
  private mutating func checkpoint() {
    checkpointOnTime = sessionOnTime
    for index in 0..<plan.channelCount {
      queue.append(
        .dose(
          DoseRecord(
            span: .checkpoint, channel: Int8(index), set: channels[index].clock.set,
            train: channels[index].clock.trainsBegun, startedAt: startedAt, endedAt: now,
            setpoint: channels[index].setpoint.value, dose: channels[index].total,
            certainty: .confirmed, boundAfter: channels[index].boundAfter,
            sessionOnTime: sessionOnTime)))
    }
  }
}
