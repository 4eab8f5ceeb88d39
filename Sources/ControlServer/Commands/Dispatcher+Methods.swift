// Decides: which code serves which method; greeting, STOP, watching and the lease.
// Leaves to others: sessions, amplitudes, files and records (the extensions beside).

import ControlAPI
import SessionController
import StimulationCore

extension Dispatcher {
  /// Runs a method that the caller may call.
  func perform(
    _ method: Method, _ params: JSONValue, _ caller: Caller, _ actor: String,
    _ came: Circumstances
  ) throws(RPCError) -> Answer {
    switch method {
    case .hello: return try hello(params, caller)
    case .stop: return stop(caller.uid)
    case .statusGet:
      let isMine = leases.isHeld(by: caller)
      return Answer(json: ReplyText.json(status(isMine: isMine)))
    case .statusSubscribe: return Answer(json: "{}", effect: .subscribeStatus)
    case .eventsSubscribe: return try subscribe(params)
    case .leaseTake, .leaseRenew, .leaseRelease:
      return try lease(method, params, caller, actor, came.readAt)
    case .protocolList, .protocolShow, .prescriptionList, .prescriptionShow:
      return try files(method, params)
    case .amplitudeSet, .amplitudeTarget, .amplitudeStep:
      return try amplitude(method, params, actor, lease(of: caller))
    case .skinCheck, .skinClear, .hazardList, .hazardAcknowledge, .clockConfirm, .doseList,
      .doseShow:
      return try records(method, params, actor)
    case .sessionLoad, .sessionSelfCheck, .sessionQuestions, .sessionArm, .sessionStart,
      .sessionPause, .sessionResume, .sessionReset, .sessionUnload:
      return try session(method, params, actor, lease(of: caller), came.stops)
    }
  }

  private func hello(_ params: JSONValue, _ caller: Caller) throws(RPCError) -> Answer {
    try serve(params, HelloRequest.self) { request throws(RPCError) in
      let isPlain = request.client.unicodeScalars.allSatisfy { (0x20..<0x7F).contains($0.value) }
      guard !request.client.isEmpty, request.client.utf8.count <= 64, isPlain else {
        throw .parameters("system.hello: a client's name is 1 to 64 plain characters")
      }
      caller.client = request.client
      let place = stimulator.host.place
      return HelloRequest.Response(
        product: ServedProduct.name, version: ServedProduct.version, board: place.board,
        isSimulated: place.isSimulated, socket: caller.socket, uid: caller.uid)
    }
  }

  /// The caller's lease, as the stimulator asks for it once nothing is waited for any more.
  private func lease(of caller: Caller) -> OperatorLease {
    .held { [leases] in leases.isHeld(by: caller) }
  }

  /// A STOP that neither the scanner nor the outline saw: none is known, and none may be lost.
  private func stop(_ uid: UInt32) -> Answer {
    let since = ServerClock.now
    saidStop.note(at: since)
    stimulator.stop()
    while stimulator.outputsAreActive && ServerClock.now - since < StopReply.patience {
      ServerClock.pause(StopReply.step)
    }
    let inactive = !stimulator.outputsAreActive
    let reaction = ServerClock.now - since
    stopRecords.acted(uid, seenAt: since, inactive: inactive, after: reaction)
    return Answer(json: StopReply.result(inactive: inactive, reaction: reaction))
  }

  private func subscribe(_ params: JSONValue) throws(RPCError) -> Answer {
    let request = try Self.decode(params, EventsSubscribeRequest.self)
    let newest = stimulator.feed.newest
    let after = request.after ?? newest
    guard after <= newest else {
      throw .parameters(
        "events.subscribe: the newest event is \(newest), so that none is after \(after); the "
          + "daemon may have started again: begin at 0")
    }
    return Answer(
      json: ReplyText.json(EventsSubscribeRequest.Response(newest: newest)),
      effect: .subscribeEvents(after: after))
  }

  private func lease(
    _ method: Method, _ params: JSONValue, _ caller: Caller, _ actor: String,
    _ readAt: Nanoseconds
  ) throws(RPCError) -> Answer {
    switch method {
    case .leaseTake:
      return try serve(params, LeaseTakeRequest.self) { request throws(RPCError) in
        try take(request, caller, actor, readAt)
      }
    case .leaseRenew:
      return try serve(params, LeaseRenewRequest.self) { request throws(RPCError) in
        guard leases.renew(caller, token: request.lease, readAt: readAt) else {
          throw Self.notYours
        }
        return Done()
      }
    default:
      return try serve(params, LeaseReleaseRequest.self) { request throws(RPCError) in
        guard leases.held?.token == request.lease, leases.release(caller) != nil else {
          throw Self.notYours
        }
        stimulator.record(.command, "lease", outcome: "released", actor: actor)
        return Done()
      }
    }
  }

  private static var notYours: RPCError {
    RPCError(
      .noLease,
      "this lease is not held by this connection, or was lost; take it again with "
        + "lease.take", reason: "lease-lost", requirement: "SR-23")
  }

  private func take(
    _ request: LeaseTakeRequest, _ caller: Caller, _ actor: String, _ readAt: Nanoseconds
  ) throws(RPCError) -> LeaseTakeRequest.Response {
    let (taking, token) = leases.take(
      caller, takeOver: request.takeOver ?? false, readAt: readAt)
    switch taking {
    case .tooLate:
      throw RPCError(
        .noLease,
        "lease.take waited for more than \(ControlLimits.leaseExpiry_ms) ms, so that the lease "
          + "would be lost by now; ask again", reason: "too-late", requirement: "SR-23")
    case .refused(let held):
      throw RPCError(
        .noLease,
        "\(held.holder.client) of \(names.actor(held.holder.uid)) leads; take over "
          + "with takeOver, or wait until it is released", reason: "other-lease",
        requirement: "SR-23")
    case .granted(let before):
      let outcome =
        before.map { "taken over from \($0.holder.client) of \(names.actor($0.holder.uid))" }
        ?? "taken"
      stimulator.record(.command, "lease", outcome: outcome, actor: actor)
      return LeaseTakeRequest.Response(
        lease: token, holder: LeaseHolder(uid: caller.uid, client: caller.client))
    }
  }
}
