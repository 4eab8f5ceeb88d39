// Decides: how a line becomes a request, who may make it, and that it is logged.
// Leaves to others: what each method does (the extensions beside).

import ControlAPI
import DoseLog
import Foundation
import Logging
import SessionController
import StimulationCore
import Synchronization

/// Answers lines. Called on the queues, never on the event loop: it may wait for the disk.
final class Dispatcher: Sendable {
  let stimulator: Stimulator
  let leases: Leases
  let library: ServedLibrary
  let logger: Logger
  let names: UserNames
  let stopRecords: StopRecords
  let refusalRecords: RefusalRecords
  let saidStop = SaidStop()
  let history: ServedHistory
  let steps = Mutex<[Int: SteppedSetpoint]>([:])
  private let statusSequence = Atomic<UInt64>(0)

  init(_ stimulator: Stimulator, _ library: ServedLibrary, _ logger: Logger) {
    self.stimulator = stimulator
    self.library = library
    self.logger = logger
    leases = Leases(stimulator)
    names = UserNames()
    stopRecords = StopRecords(stimulator, names, logger)
    refusalRecords = RefusalRecords(stimulator, names, logger)
    history = ServedHistory(path: stimulator.writer.path)
  }

  /// What an accepted method answers.
  struct Answer {
    var json: String
    var effect = Reply.Effect.none
  }

  /// The status as one connection sees it.
  func status(isMine: Bool) -> Status {
    let sequence = statusSequence.wrappingAdd(1, ordering: .relaxed).newValue
    return StatusModel.make(stimulator, leases.held, isMine: isMine, sequence: sequence)
  }

  /// Answers a line.
  ///
  /// - Parameter came: how things stood when the line came.
  func answer(_ line: [UInt8], _ caller: Caller, _ came: Circumstances) -> Reply {
    var id: RequestID?
    do throws(RPCError) {
      let members = try Self.members(line)
      if let stated = members["id"], stated != .null { id = try Self.id(stated) }
      let (method, params) = try Self.request(members)
      if let id, !caller.remember(id) {
        throw RPCError(
          .invalidRequest,
          "id \(id) was used already on this connection; give every request an id of its own",
          reason: "replayed-id")
      }
      let answer = try run(method, params, caller, came)
      guard let id else { return Reply(bytes: [], effect: answer.effect) }
      return Reply(
        bytes: ReplyText.result(id: ReplyText.json(id), answer.json), effect: answer.effect)
    } catch {
      logger.debug("\(names.actor(caller.uid)): \(error.message)")
      return Reply(bytes: ReplyText.error(id: id.map { ReplyText.json($0) } ?? "null", error))
    }
  }

  // MARK: The envelope

  private static func members(_ line: [UInt8]) throws(RPCError) -> [String: JSONValue] {
    let value: JSONValue
    do throws(JSONReadError) {
      value = try JSONValue(json: line, deepest: LineOutline.mostLevels)
    } catch {
      throw RPCError(
        .parse,
        "the line is not JSON: byte \(error.at): \(error.text); send one JSON-RPC 2.0 object a "
          + "line",
        reason: "parse")
    }
    guard case .object(let members) = value else {
      throw RPCError(
        .invalidRequest, "the line is not an object; send one JSON-RPC 2.0 object a line",
        reason: "not-an-object")
    }
    return members
  }

  private static func id(_ value: JSONValue) throws(RPCError) -> RequestID {
    switch value {
    case .integer(let number): return .number(number)
    case .string(let text) where text.utf8.count <= RequestID.longestText: return .text(text)
    default:
      throw RPCError(
        .invalidRequest,
        "an id is a whole number or a text of at most \(RequestID.longestText) bytes",
        reason: "id")
    }
  }

  private static func request(
    _ members: [String: JSONValue]
  ) throws(RPCError) -> (Method, [String: JSONValue]) {
    guard members["jsonrpc"]?.text == "2.0" else {
      throw RPCError(
        .invalidRequest, "\"jsonrpc\" is not \"2.0\"; this is JSON-RPC 2.0", reason: "version")
    }
    guard let name = members["method"]?.text else {
      throw RPCError(.invalidRequest, "\"method\" is missing or no text", reason: "method")
    }
    guard let method = Method(rawValue: name) else {
      throw RPCError(
        .noSuchMethod, "there is no method \"\(name.prefix(64))\"; openrpc.json lists them",
        reason: "no-such-method")
    }
    switch members["params"] ?? .null {
    case .null: return (method, [:])
    case .object(let params): return (method, params)
    default:
      throw .parameters("params of \(name) is not an object; name the parameters")
    }
  }

  // MARK: Who may

  private func run(
    _ method: Method, _ params: [String: JSONValue], _ caller: Caller, _ came: Circumstances
  ) throws(RPCError) -> Answer {
    let actor = names.actor(caller.uid)
    do throws(RPCError) {
      try mayCall(method, caller)
      for name in params.keys.sorted() where !method.parameters.contains(where: { $0.name == name })
      {
        throw .parameters(
          "\(method.rawValue) has no parameter \"\(name.prefix(64))\"; it takes "
            + (method.parameters.isEmpty
              ? "none" : method.parameters.map(\.name).joined(separator: ", ")))
      }
      try mustNotBeStopped(method, came)
      try mustBeRecorded(method)
      let answer = try perform(method, .object(params), caller, actor, came)
      // It may have overtaken a STOP that came as it ran.
      if method.energises && stimulator.stopCount != came.stops { stimulator.stopAgain() }
      try mustNotBeStopped(method, came)
      if method.access != .anySocket && method != .leaseRenew {
        logger.info(
          "\(method.rawValue) by \(actor): accepted",
          metadata: .command(method.rawValue, uid: caller.uid, outcome: "accepted"))
      }
      return answer
    } catch {
      record(error, method, caller, actor, at: came.readAt)
      throw error
    }
  }

  /// Every command that is refused is on record (SR-45), but for want of room for one. Who leads is
  /// one operator, whose refusals are written one by one; anybody else's are counted.
  private func record(
    _ error: RPCError, _ method: Method, _ caller: Caller, _ actor: String, at now: Nanoseconds
  ) {
    if RefusalRecords.isCounted(error) {
      return refusalRecords.refused(method, error, caller.uid, at: now)
    }
    guard method.access != .anySocket else { return }
    if method.access != .lease {
      return refusalRecords.refused(method, error, caller.uid, at: now)
    }
    logger.notice(
      "\(method.rawValue) by \(actor): refused: \(error.message)",
      metadata: .command(
        method.rawValue, uid: caller.uid, outcome: "refused", reason: error.data?.reason))
    guard !error.isOnRecord, error.code != .busy else { return }
    stimulator.record(
      .refusal, method.rawValue, outcome: "refused: \(error.message)", actor: actor)
  }

  /// What energises or raises and waited while somebody said STOP, in a queue or in its socket, is
  /// not run after it: whoever said it does not know what waits.
  private func mustNotBeStopped(_ method: Method, _ came: Circumstances) throws(RPCError) {
    guard method.energises else { return }
    if stimulator.stopCount != came.stops {
      throw RPCError(
        .notInPhase,
        "\(method.rawValue): STOP came after this was asked; look at the status, then ask again",
        reason: "stopped", requirement: "SR-20")
    }
    if let after = saidStop.shadow(over: came.readAt) {
      throw RPCError(
        .notInPhase,
        "\(method.rawValue): this came \(after) after a STOP and may have been asked before it; "
          + "look at the status, then ask again \(SaidStop.shadow) after the STOP",
        reason: "stopped", requirement: "SR-20")
    }
  }

  /// What cannot be written down is not done (SR-45).
  private func mustBeRecorded(_ method: Method) throws(RPCError) {
    guard method.access != .anySocket, method != .leaseRenew, !stimulator.hasRoomForRecords else {
      return
    }
    throw RPCError(
      .busy,
      "\(method.rawValue): the log stands still, and there is no room for a record of this; look "
        + "at the disk, then ask again", reason: "no-record", requirement: "SR-45")
  }

  private func mayCall(_ method: Method, _ caller: Caller) throws(RPCError) {
    guard method.access != .anySocket else { return }
    guard caller.socket == .control else {
      throw RPCError(
        .notPermitted, "\(method.rawValue) is not for monitors; connect to control.sock",
        reason: "monitor", requirement: "SR-53")
    }
    guard method.access == .lease, !leases.isHeld(by: caller) else { return }
    guard let held = leases.heldNow else {
      throw RPCError(
        .noLease,
        "\(method.rawValue) needs the lease, which nobody holds: it is lost after "
          + "\(ControlLimits.leaseExpiry_ms) ms; take it with lease.take and renew it every "
          + "\(ControlLimits.leaseRenewal_ms) ms", reason: "no-lease", requirement: "SR-23")
    }
    throw RPCError(
      .noLease,
      "\(held.holder.client) of \(names.actor(held.holder.uid)) leads; take over with "
        + "lease.take {takeOver: true}", reason: "other-lease", requirement: "SR-23")
  }

  // MARK: Parameters and results

  /// Reads the parameters and writes the result.
  func serve<R: ControlRequest>(
    _ params: JSONValue, _ type: R.Type, _ body: (R) throws(RPCError) -> R.Response
  ) throws(RPCError) -> Answer {
    Answer(json: ReplyText.json(try body(try Self.decode(params, type))))
  }

  static func decode<R: ControlRequest>(
    _ params: JSONValue, _ type: R.Type
  ) throws(RPCError) -> R {
    do {
      return try JSONDecoder().decode(R.self, from: JSONEncoder().encode(params))
    } catch let error as DecodingError {
      throw .parameters("\(R.method.rawValue): \(error.words)")
    } catch {
      throw .parameters("\(R.method.rawValue): the parameters cannot be read")
    }
  }

  /// Runs what the stimulator may refuse.
  func asked(_ body: () throws(StimulatorError) -> Void) throws(RPCError) {
    do throws(StimulatorError) { try body() } catch { throw Self.told(error) }
  }

  /// What the loop was asked and refused the stimulator has written itself.
  static func told(_ error: StimulatorError) -> RPCError {
    var told = RPCError(error)
    told.isOnRecord = error.refusal != nil
    return told
  }

  /// Runs what the log may refuse.
  func logged<T>(_ body: () throws(DoseLogError) -> T) throws(RPCError) -> T {
    do throws(DoseLogError) { return try body() } catch { throw RPCError(error) }
  }
}
