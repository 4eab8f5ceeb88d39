// Decides: how counters, gauges and histograms are kept, and the text in which they are shown.
// Leaves to others: which there are (SessionFigures) and who may read them (MetricsEndpoint).

public import Metrics
import Synchronization

/// A backend for swift-metrics in Prometheus' text format, version 0.0.4.
public final class PrometheusRegistry: MetricsFactory {
  /// The one that this process uses, once it is installed.
  static let installed = PrometheusRegistry()
  /// More figures than this are kept nowhere.
  static let most = 256

  /// Makes this process's figures go here. For the executable, once, before any figure is made.
  public static func install() { MetricsSystem.bootstrap(installed) }

  private let figures = Mutex<[String: Figure]>([:])

  init() {}

  /// Every figure, by name.
  func text() -> String {
    let all = figures.withLock { $0 }
    return all.sorted { $0.key < $1.key }.map { $1.text($0) }.joined()
  }

  /// The figure of a name: the same for all that ask by it.
  private func figure(_ name: String, _ kind: Figure.Kind) -> Figure {
    figures.withLock { figures in
      if let known = figures[name], known.kind == kind { return known }
      let made = Figure(kind)
      if figures.count < Self.most && figures[name] == nil { figures[name] = made }
      return made
    }
  }

  // MARK: MetricsFactory. This program uses no dimensions.

  /// See `MetricsFactory`.
  public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    figure(label, .counter)
  }
  /// See `MetricsFactory`.
  public func makeRecorder(
    label: String, dimensions: [(String, String)], aggregate: Bool
  ) -> any RecorderHandler { figure(label, .gauge) }
  /// See `MetricsFactory`.
  public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    figure(label, .gauge)
  }
  /// See `MetricsFactory`.
  public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    figure(label, .histogram)
  }
  /// A figure is kept for as long as the process lives.
  public func destroyCounter(_ handler: any CounterHandler) {}
  /// See ``destroyCounter(_:)``.
  public func destroyRecorder(_ handler: any RecorderHandler) {}
  /// See ``destroyCounter(_:)``.
  public func destroyMeter(_ handler: any MeterHandler) {}
  /// See ``destroyCounter(_:)``.
  public func destroyTimer(_ handler: any TimerHandler) {}
}

/// One figure.
final class Figure: CounterHandler, RecorderHandler, MeterHandler, TimerHandler {
  /// What kind of figure.
  enum Kind: String, Sendable {
    /// It only rises.
    case counter
    /// It is what it was last.
    case gauge
    /// Durations by how long they were.
    case histogram
  }

  /// The upper ends of a histogram's classes, in nanoseconds.
  static let classes: [Int64] = [
    10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000, 5_000_000,
    10_000_000, 20_000_000, 50_000_000, 100_000_000, 1_000_000_000,
  ]

  private struct State {
    var value = 0.0
    var counts = [UInt64](repeating: 0, count: Figure.classes.count + 1)
    var sum: Int64 = 0
  }

  let kind: Kind
  private let state = Mutex(State())

  init(_ kind: Kind) { self.kind = kind }

  func increment(by amount: Int64) { state.withLock { $0.value += Double(amount) } }
  func increment(by amount: Double) { state.withLock { $0.value += amount } }
  func decrement(by amount: Double) { increment(by: -amount) }
  func reset() { state.withLock { $0.value = 0 } }
  func record(_ value: Int64) { set(Double(value)) }
  func record(_ value: Double) { set(value) }
  func set(_ value: Int64) { set(Double(value)) }
  func set(_ value: Double) { state.withLock { $0.value = value } }

  func recordNanoseconds(_ duration: Int64) {
    let place = Self.classes.firstIndex { duration <= $0 } ?? Self.classes.count
    state.withLock { state in
      state.counts[place] += 1
      // Saturates: 292 years of waiting.
      let (sum, isTooMuch) = state.sum.addingReportingOverflow(duration)
      state.sum = isTooMuch ? .max : sum
    }
  }

  /// The lines of the figure.
  func text(_ name: String) -> String {
    let state = state.withLock { $0 }
    let help = FigureTable.help[name].map { "# HELP \(name) \($0)\n" } ?? ""
    let head = "\(help)# TYPE \(name) \(kind.rawValue)\n"
    guard kind == .histogram else { return head + "\(name) \(Self.number(state.value))\n" }
    var lines = head
    var total: UInt64 = 0
    for (index, end) in Self.classes.enumerated() {
      total += state.counts[index]
      lines += "\(name)_bucket{le=\"\(Self.number(Double(end) / 1e9))\"} \(total)\n"
    }
    total += state.counts[Self.classes.count]
    lines += "\(name)_bucket{le=\"+Inf\"} \(total)\n"
    lines += "\(name)_sum \(Self.number(Double(state.sum) / 1e9))\n\(name)_count \(total)\n"
    return lines
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() && value.magnitude < 1e15 ? "\(Int64(value))" : "\(value)"
  }
}
