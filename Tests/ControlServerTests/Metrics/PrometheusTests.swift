// Decides: that figures are kept and shown in Prometheus' text form, within bounds.
// Leaves to others: who may read them (nmesdTests).

import Foundation
import Testing

@testable import ControlServer

@Suite("Figures") struct PrometheusTests {
  @Test("Counters add, gauges are what they were last, and each name is one figure")
  func values() {
    let registry = PrometheusRegistry()
    registry.makeCounter(label: "nmes_faults_total", dimensions: []).increment(by: 2)
    registry.makeCounter(label: "nmes_faults_total", dimensions: []).increment(by: 3)
    let gauge = registry.makeRecorder(label: "nmes_alive", dimensions: [], aggregate: false)
    gauge.record(Int64(7))
    gauge.record(Int64(1))
    #expect(
      registry.text() == """
        # HELP nmes_alive \(FigureTable.help["nmes_alive"] ?? "")
        # TYPE nmes_alive gauge
        nmes_alive 1
        # HELP nmes_faults_total \(FigureTable.help["nmes_faults_total"] ?? "")
        # TYPE nmes_faults_total counter
        nmes_faults_total 5

        """)
  }

  @Test("A histogram counts each duration in its class and in every wider one")
  func histogram() {
    let registry = PrometheusRegistry()
    let timer = registry.makeTimer(label: "t", dimensions: [])
    for duration: Int64 in [10_000, 10_001, 5_000_000, 2_000_000_000] {
      timer.recordNanoseconds(duration)
    }
    let lines = registry.text().split(separator: "\n").map(String.init)
    for line in [
      "t_bucket{le=\"1e-05\"} 1", "t_bucket{le=\"2e-05\"} 2", "t_bucket{le=\"0.002\"} 2",
      "t_bucket{le=\"0.005\"} 3", "t_bucket{le=\"1\"} 3", "t_bucket{le=\"+Inf\"} 4",
      "t_sum 2.005020001", "t_count 4",
    ] { #expect(lines.contains(line), "\(line)") }
  }

  @Test("More names than are kept cost nothing and are not shown")
  func bound() {
    let registry = PrometheusRegistry()
    for index in 0..<1_000 {
      registry.makeCounter(label: "c\(index)", dimensions: []).increment(by: 1)
    }
    let shown = registry.text().split(separator: "\n").filter { !$0.hasPrefix("#") }
    #expect(shown.count == PrometheusRegistry.most)
  }

  @Test("Every figure that the server makes is explained, and none that it does not make")
  func explained() throws {
    let folder = ServedStimulator.repository.appendingPathComponent("Sources/ControlServer")
    var made: Set<String> = []
    for file in try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    where file.hasSuffix(".swift") {
      let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
      for part in text.components(separatedBy: "(label: \"").dropFirst() {
        made.insert(String(part.prefix { $0 != "\"" }))
      }
    }
    #expect(made == Set(FigureTable.help.keys))
  }
}
