// Decides: that the electrodes' totals equal closed forms.
// Leaves to others: the core's accounting, which they judge.

import StimulationCore
import Testing

@testable import SimulatedBoard

@Suite("What the electrodes received")
struct ElectrodeDoseTests {
  @Test("Ten balanced pulses give exactly their closed forms on an ideal board")
  func pulses() throws {
    var rig = try Rig()
    rig.close()
    rig.settle(.milliamperes(60))
    let before = rig.board.electrodeTotals(channel: 0)
    for _ in 0..<10 {
      rig.pulse(.milliseconds(20))
      rig.run(for: .milliseconds(9))
    }
    let totals = rig.board.electrodeTotals(channel: 0) - before
    #expect(totals.leadingCharge == Femtocoulombs(12_000_000_000_000))
    #expect(totals.recoveryCharge == Femtocoulombs(12_000_000_000_000))
    #expect(totals.netCharge.magnitude < Femtocoulombs(10))
    #expect(totals.rectifiedCharge == Femtocoulombs(24_000_000_000_000))
    #expect(totals.peakCurrent == .milliamperes(60))
    // 60,000² µA² × 400 ms
    #expect(totals.squareTime == 1_440_000_000_000)
    // Settled, 60 mA need 15.6 V: at most 374.4 mJ, less for charging the capacitance.
    #expect(totals.energy < Picojoules(374_400_000_000))
    #expect(totals.energy > Picojoules(340_000_000_000))
  }

  @Test("The amplitude filter's rise is integrated exactly")
  func rise() throws {
    var rig = try Rig()
    rig.close()
    rig.frame.channels[0].amplitude = .milliamperes(50)
    rig.set(.positive)
    rig.run(for: .milliseconds(10))
    rig.set(.off)
    rig.run(for: .milliseconds(1))
    // 50 mA × (10 ms − 20 µs)
    let charge = rig.board.electrodeTotals(channel: 0).leadingCharge
    #expect((charge - Femtocoulombs(499_000_000_000)).magnitude < Femtocoulombs(1_000))
  }

  @Test("Mismatch and source offset stand in the net charge as stated, for every seed")
  func imperfections() throws {
    var signs = Set<Int64>()
    for seed: UInt64 in 1...8 {
      var realistic = Imperfections.realistic
      realistic.gainError = .zero
      var rig = try Rig(seed: seed, imperfections: realistic)
      rig.close()
      rig.settle(.milliamperes(100))
      rig.pulse(.milliseconds(10))
      rig.run(for: .milliseconds(5))
      let net = rig.board.electrodeTotals(channel: 0).netCharge.rawValue
      // ±2 % of 1 mC, ±20 µA × 20 ms
      let mismatch: Int64 = 20_000_000_000
      let offset: Int64 = 400_000_000
      let isExpected = [mismatch + offset, mismatch - offset].contains {
        abs(abs(net) - $0) < 1_000
      }
      #expect(isExpected, "net \(net) fC")
      signs.insert(net.signum())
    }
    #expect(signs == [1, -1])
  }

  @Test("An excursion of opposite sign within 1.2 s recovers, a later one leads")
  func pairing() {
    func flow(_ charge: Double) -> CurrentFlow { CurrentFlow(charge: charge) }
    var dose = ElectrodeDose()
    dose.add(flow(5), from: 0, to: 1_000)
    dose.pause()
    dose.add(flow(-4), from: 1_200_001_000, to: 1_200_002_000)
    #expect(dose.totals.recoveryCharge == Femtocoulombs(4_000_000_000))
    dose.pause()
    dose.add(flow(5), from: 2_000_000_000, to: 2_000_001_000)
    dose.pause()
    dose.add(flow(-3), from: 3_200_001_001, to: 3_200_002_000)
    #expect(dose.totals.leadingCharge == Femtocoulombs(13_000_000_000))
    #expect(dose.totals.recoveryCharge == Femtocoulombs(4_000_000_000))
    // The later one is unpaired, so what follows with the opposite sign is its recovery.
    dose.add(flow(2), from: 3_200_002_000, to: 3_200_003_000)
    #expect(dose.totals.recoveryCharge == Femtocoulombs(6_000_000_000))
    #expect(dose.totals.netCharge == Femtocoulombs(5_000_000_000))
  }

  @Test("An open contact carries nothing")
  func openContact() throws {
    var rig = try Rig()
    rig.settle(.milliamperes(60))
    rig.pulse(.milliseconds(20))
    rig.run(for: .milliseconds(10))
    #expect(rig.board.electrodeTotals(channel: 0).rectifiedCharge == .zero)
    #expect(rig.readings.lines.contains(.contactClosed) == false)
  }

  @Test("A current that changes its sign within a phase is split where it does")
  func crossing() throws {
    var imperfections = Imperfections.ideal
    imperfections.sourceOffset = Microamperes(20)
    var rig = try Rig(imperfections: imperfections)
    rig.close()
    rig.settle(.milliamperes(50))
    // The amplitude falls to nothing while the phase is on; the offset is left.
    rig.set(.positive)
    rig.run(for: .milliseconds(5))
    rig.frame.channels[0].amplitude = .zero
    rig.apply()
    rig.run(for: .milliseconds(5))
    rig.set(.off)
    rig.run(for: .milliseconds(1))
    let totals = rig.board.electrodeTotals(channel: 0)
    let signed = totals.netCharge.rawValue
    // 50 mA × 5.02 ms ± 20 µA × 10 ms
    #expect(abs(abs(signed - 251_000_000_000) - 200_000_000) < 1_000)
  }

  @Test("Capacitor and bleeder return all of a short pulse's charge")
  func shortPulses() throws {
    for recoversByCapacitor in [false, true] {
      var rig = try Rig(imperfections: .realistic)
      rig.close()
      rig.settle(.milliamperes(80))
      rig.frame.channels[0].gate = GateOutput(
        activeTime: .microseconds(400), period: .milliseconds(20), gap: .microseconds(100),
        recoversByCapacitor: recoversByCapacitor, polarity: .positive)
      rig.run(for: .milliseconds(990))
      rig.frame.channels[0].gate = .still
      rig.run(for: .milliseconds(100))
      let totals = rig.board.electrodeTotals(channel: 0)
      #expect(rig.readings.channels[0].pulseCount == 50)
      #expect(totals.netCharge.magnitude < Femtocoulombs(1_000_000))
      // 50 pulses of 80 mA × 400 µs, with 1 % gain, 1 % mismatch and 20 µA
      let expected = Femtocoulombs(1_600_000_000_000)
      #expect((totals.leadingCharge - expected).magnitude < expected / 40)
      #expect((totals.recoveryCharge - expected).magnitude < expected / 25)
      let held = rig.readings.channels[0]
      #expect((held.heldLeading - .milliamperes(80)).magnitude < Microamperes(1_800))
      #expect((held.heldRecovery == .zero) == recoversByCapacitor)
      #expect(held.heldVoltage > Millivolts(9_000))
    }
  }
}
