// Decides: that electrodes need the page's voltages and that compliance limits the current.
// Leaves to others: the electronics in front of them.

import Glibc
import Testing

@testable import SimulatedBoard

@Suite("Electrodes and tissue")
struct ElectrodeTests {
  @Test(
    "The voltage needed is the page's",
    arguments: [
      (500, 15, 30...40), (500, 20, 30...40), (2_500, 100, 64...66), (5_000, 150, 59...61),
      (18_000, 250, 55...75),
    ] as [(Double, Double, ClosedRange<Double>)])
  func voltage(area: Double, current: Double, expected: ClosedRange<Double>) {
    var load = ElectrodeLoad(area: area)
    _ = load.step(WantedCurrent(steady: current), 50, limit: 1_000)
    #expect(expected.contains(load.voltage(at: current)), "\(load.voltage(at: current)) V")
  }

  @Test("Rp falls with current from its small-signal value to its floor")
  func parallel() {
    let model = ElectrodeModel(area: 18_000)
    #expect(model.parallelResistance(at: 0) == 0.75)
    #expect(abs(model.parallelResistance(at: 2) - 0.375) < 1e-12)
    #expect(model.parallelResistance(at: 20) == 0.14)
    let between = ElectrodeModel(area: 500 * 5.0.squareRoot())  // half-way in log area
    #expect(abs(between.seriesResistance - 0.325) < 1e-9)
    #expect(ElectrodeModel(area: 100).seriesResistance == 0.4)
    #expect(ElectrodeModel(area: 40_000).seriesResistance == 0.12)
  }

  /// The same circuit by 10 ns steps, which share no formula with the plant's.
  private func integrate(
    _ wanted: WantedCurrent, time: Double, limit: Double, area: Double
  ) -> (flow: CurrentFlow, voltage: Double) {
    let model = ElectrodeModel(area: area)
    var flow = CurrentFlow()
    var v = 0.0
    let step = 1e-5
    let count = Int((time / step).rounded())
    let magnitude = max(abs(wanted.steady), abs(wanted.steady + wanted.transient))
    let parallel = model.parallelResistance(at: magnitude)
    for index in 0..<count {
      let t = (Double(index) + 0.5) * step
      var i = wanted.steady + wanted.transient * exp(-wanted.rate * t)
      let most = (limit - v) / model.seriesResistance
      i = min(i, most)
      let voltage = i * model.seriesResistance + v
      flow.charge += i * step
      flow.square += i * i * step
      flow.energy += voltage * i * step
      flow.peak = max(flow.peak, abs(i))
      v += (i - v / parallel) / model.capacitance * step
    }
    return (flow, v)
  }

  @Test(
    "A step's charge, square and energy agree with a fine integration",
    arguments: [
      (WantedCurrent(steady: 60), 1_000.0), (WantedCurrent(steady: 60, transient: -60), 1_000),
      (WantedCurrent(steady: 30, transient: 45), 1_000),
      (WantedCurrent(steady: 0, transient: 80, rate: 0.5), 1_000),
      (WantedCurrent(steady: 250), 50), (WantedCurrent(steady: 250, transient: -250), 50),
    ] as [(WantedCurrent, Double)])
  func integrals(wanted: WantedCurrent, limit: Double) {
    let expected = integrate(wanted, time: 5, limit: limit, area: 18_000)
    var load = ElectrodeLoad(area: 18_000)
    let flow = load.step(wanted, 5, limit: limit)
    // At compliance the plant takes Rp at the current that flows, in steps of 20 µs.
    let tolerance = limit < 100 ? 5e-3 : 1e-4
    #expect(abs(flow.charge / expected.flow.charge - 1) < tolerance)
    #expect(abs(flow.square / expected.flow.square - 1) < tolerance)
    #expect(abs(flow.energy / expected.flow.energy - 1) < tolerance)
    #expect(abs(load.capacitorVoltage - expected.voltage) < tolerance * 100)
    #expect(load.isLimited == (limit < 100))
  }

  @Test("One long step equals many short ones")
  func stepping() {
    var long = ElectrodeLoad(area: 2_500)
    var short = ElectrodeLoad(area: 2_500)
    let one = long.step(WantedCurrent(steady: 40), 30, limit: 80)
    var sum = CurrentFlow()
    for _ in 0..<300 { sum += short.step(WantedCurrent(steady: 40), 0.1, limit: 80) }
    #expect(abs(one.charge - sum.charge) < 1e-9)
    #expect(abs(one.energy - sum.energy) < 1e-6)
    #expect(abs(long.capacitorVoltage - short.capacitorVoltage) < 1e-9)
  }
}
