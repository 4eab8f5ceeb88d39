// Decides: what a self-test of a board does and what it comes to, item by item.
// Leaves to others: the checks themselves (SelfCheck in the core), and the words (SelfTestText).

public import DoseLog
public import ProtocolLibrary
import StimulationCore

/// How one item of a self-test ended.
public enum SelfTestVerdict: String, Sendable, Codable {
  /// It passed.
  case passed
  /// It failed, and nothing after it was tried.
  case failed
  /// An item before it failed.
  case notReached
}

/// One item.
public struct SelfTestItem: Sendable, Codable, Equatable {
  /// A word for programs, such as `relayCloses`.
  public let name: String
  /// The item in words.
  public let title: String
  /// How it ended.
  public let verdict: SelfTestVerdict
  /// What was found.
  public let found: String
  /// What to do; empty unless it failed.
  public let remedy: String
}

/// What a self-test came to.
public struct SelfTestReport: Sendable, Codable, Equatable {
  /// The board.
  public let board: String
  /// Whether every item passed.
  public let passed: Bool
  /// Whether it was stopped before its end.
  public let stopped: Bool
  /// The items in their order.
  public let items: [SelfTestItem]
  /// What the kernel did not grant to the loop's thread; empty where everything was granted.
  public let scheduling: String
}

/// Runs the self-check of arming on a board, with nobody connected, and nothing else.
public enum SelfTest {
  /// The probe itself is the core's; a plan must have a pulse, which never begins.
  private static let pulse = PulsePlan(
    shape: .rectangular, leadingPhase: .milliseconds(5), interphaseGap: .zero,
    recoveryPhase: .milliseconds(5), recovery: .symmetric, pulsePeriod: .milliseconds(50),
    leadingPolarity: .fixed)
  private static let train = TrainPlan(
    rampUp: .zero, plateau: .seconds(1), rampDown: .zero, offTime: .zero, trainsPerSet: 1,
    sets: 1, restBetweenSets: .zero, sessionDuration: .seconds(60))

  /// Runs it to its end, whatever that is.
  ///
  /// - Parameters:
  ///   - stopper: is handed what stops it from any thread, once, before anything is energised.
  ///   - progress: is told the item that runs.
  /// - Throws: what kept it from beginning: the log or the plan.
  public static func run(
    _ board: BenchBoard, actor: String, writer: DoseLogWriter, clock: any SessionClock,
    today: CalendarDate, stopper: (@escaping @Sendable () -> Void) -> Void,
    progress: (String) -> Void
  ) throws(BenchFailure) -> SelfTestReport {
    let planned = try plan(board, today: today)
    progress("opening the board")
    let host: any LoopHost
    do throws(StimulatorError) { host = try board.open() } catch {
      return report(board, opening: error)
    }
    let session = try BenchSession(
      planned, on: host, actor: actor, writer: writer, clock: clock)
    // Whoever keeps the stopper keeps neither the session nor its board: it closes when this ends.
    stopper { [weak session] in session?.stop() }
    var failure: BenchFailure?
    do throws(BenchFailure) {
      try session.check { progress($0.text) }
    } catch {
      failure = error
    }
    let status = session.status
    let isSafe = session.end()
    return try report(
      board, host: host, status: status, trips: session.trips, failure: failure, isSafe: isSafe)
  }

  private static func plan(
    _ board: BenchBoard, today: CalendarDate
  ) throws(BenchFailure) -> PlannedSession {
    let capabilities = board.capabilities
    let request = BenchRequest(
      name: "bench-self-test", load: "load", pulse: pulse, train: train,
      ceiling: capabilities.ranges[0].maximum, channelCount: capabilities.channelCount)
    return try board.plan(request, today: today)
  }

  // MARK: The report

  private static func report(_ board: BenchBoard, opening error: StimulatorError) -> SelfTestReport
  {
    let text = error.description
    // A refusal to open reads "what; what to do".
    let parts = text.split(separator: ";").map { String($0.drop { $0 == " " }) }
    let found = parts.count > 1 ? parts.dropLast().joined(separator: "; ") : text
    let remedy = parts.count > 1 ? parts[parts.count - 1] : "see nmes board doctor"
    let opening = SelfTestItem(
      name: "open", title: "board opens", verdict: .failed, found: found, remedy: remedy)
    let rest = SelfCheckItem.allCases.map { item($0, .notReached, "") } + [ending(.notReached, "")]
    return SelfTestReport(
      board: board.name, passed: false, stopped: false, items: [opening] + rest, scheduling: "")
  }

  private static func report(
    _ board: BenchBoard, host: any LoopHost, status: StimulatorStatus,
    trips: [TrippedInterlock], failure: BenchFailure?, isSafe: Bool
  ) throws(BenchFailure) -> SelfTestReport {
    var isStopped = false
    var failed: SelfCheckItem?
    switch failure {
    case nil: break
    case .stopped: isStopped = true
    case .selfCheck(let item, _): failed = item
    // What is wrong before the check begins is wrong with its first item.
    case .stimulator(.refused(.causePresent(_))): failed = .inactive
    case .some(let other): throw other
    }
    let reached = lastItem(status)
    var items = [
      SelfTestItem(
        name: "open", title: "board opens", verdict: .passed,
        found: host.leftovers.isEmpty
          ? "nothing was left running" : host.leftovers.joined(separator: "; "), remedy: "")
    ]
    var isReached = true
    for each in SelfCheckItem.allCases {
      if failure == nil {
        items.append(item(each, .passed, found(each, status)))
      } else if each == failed {
        let present = present(failure)
        items.append(
          item(
            each, .failed, present?.text ?? causes(trips), present?.advice ?? advice(each, trips)))
        isReached = false
      } else if isStopped && each == reached {
        items.append(item(each, .notReached, "stopped here"))
        isReached = false
      } else {
        items.append(item(each, isReached ? .passed : .notReached, ""))
      }
    }
    items.append(
      ending(
        isSafe ? .passed : .failed,
        isSafe ? "outputs inactive" : "an output may still be driven"))
    let isGranted = status.scheduling?.isGranted ?? true
    return SelfTestReport(
      board: board.name, passed: items.allSatisfy { $0.verdict == .passed },
      stopped: isStopped, items: items,
      scheduling: isGranted ? "" : "\(status.scheduling.map { "\($0)" } ?? "")")
  }

  /// The item at which a stopped check stood.
  private static func lastItem(_ status: StimulatorStatus) -> SelfCheckItem? {
    if case .selfCheck(let item) = status.state { return item }
    return .inactive
  }

  private static func item(
    _ item: SelfCheckItem, _ verdict: SelfTestVerdict, _ found: String, _ remedy: String = ""
  ) -> SelfTestItem {
    SelfTestItem(
      name: "\(item)", title: item.text, verdict: verdict, found: found, remedy: remedy)
  }

  private static func ending(_ verdict: SelfTestVerdict, _ found: String) -> SelfTestItem {
    SelfTestItem(
      name: "ending", title: "ends safe", verdict: verdict, found: found,
      remedy: verdict == .failed ? "press the emergency stop, and look for a stuck driver" : "")
  }

  private static func found(_ item: SelfCheckItem, _ status: StimulatorStatus) -> String {
    guard item == .probe, let loop = status.loop else { return "" }
    return (0..<loop.channelCount).map {
      "channel \($0 + 1): \(loop.channels[$0].current)"
    }.joined(separator: ", ")
  }

  /// The cause that kept the check from beginning.
  private static func present(_ failure: BenchFailure?) -> (text: String, advice: String)? {
    guard case .stimulator(.refused(.causePresent(let id))) = failure else { return nil }
    let text = "\(id.name) (\(id.requirement)): \(id.cause)"
    return (text, SelfCheckAdvice.of(id, at: .inactive) ?? SelfCheckAdvice.of(.inactive))
  }

  private static func causes(_ trips: [TrippedInterlock]) -> String {
    trips.isEmpty ? "no cause was told" : trips.map { "\($0)" }.joined(separator: "; ")
  }

  /// What to do about the first cause, or else about the item.
  private static func advice(_ item: SelfCheckItem, _ trips: [TrippedInterlock]) -> String {
    for trip in trips {
      if let advice = SelfCheckAdvice.of(trip.interlock, at: item) { return advice }
    }
    return SelfCheckAdvice.of(item)
  }
}
