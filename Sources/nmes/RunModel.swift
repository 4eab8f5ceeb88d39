// Decides: the JSON object of a run.
// Leaves to others: the values (RunSummary).

import Foundation
import SessionController
import SimulatedBoard
import StimulationCore

/// What `run --json` prints.
struct RunModel: Encodable {
  struct Fault: Encodable {
    let interlock: String
    let requirement: String
    let channel: Int?
    let seconds: Decimal
  }

  struct Electrode: Encodable {
    let leadingCharge_nC: Decimal
    let recoveryCharge_nC: Decimal
    let netCharge_nC: Decimal
  }

  struct Channel: Encodable {
    let channel: Int
    let trains: Int64
    let pulses: Int64
    let pulsesWithheld: Int64
    let leadingCharge_nC: Decimal
    let recoveryCharge_nC: Decimal
    let netCharge_nC: Decimal
    let peakCurrent_uA: Int32
    let rmsOnTimeCurrent_uA: Int32
    let energy_uJ: Decimal
    let electrode: Electrode?
  }

  let session: Int64
  let outcome: String
  let envelope: String
  let faults: [Fault]
  let simulatedSeconds: Decimal
  let wallSeconds: Decimal
  let channels: [Channel]

  init(_ summary: RunSummary) {
    session = summary.session.rawValue
    outcome = summary.outcome.rawValue
    envelope = "\(summary.envelope)"
    faults = summary.faults.map { trip in
      Fault(
        interlock: "\(trip.interlock.name)", requirement: "\(trip.interlock.requirement)",
        channel: trip.channel.map { $0 + 1 }, seconds: RunModel.seconds(trip.at))
    }
    simulatedSeconds = RunModel.seconds(summary.simulated)
    wallSeconds = RunModel.seconds(summary.wall)
    channels = summary.channels.map(RunModel.channel)
  }

  private static func channel(_ outcome: ChannelOutcome) -> Channel {
    let dose = outcome.dose
    return Channel(
      channel: outcome.channel + 1, trains: outcome.trains, pulses: dose.pulses,
      pulsesWithheld: dose.withheld, leadingCharge_nC: nanocoulombs(dose.leading.magnitude),
      recoveryCharge_nC: nanocoulombs(dose.recovery.magnitude),
      netCharge_nC: nanocoulombs(dose.net.magnitude), peakCurrent_uA: dose.peak.rawValue,
      rmsOnTimeCurrent_uA: dose.rmsOnTimeCurrent.rawValue,
      energy_uJ: Decimal(dose.energy.rawValue) / 1_000_000,
      electrode: outcome.electrode.map(RunModel.electrode))
  }

  private static func electrode(_ totals: ElectrodeTotals) -> Electrode {
    Electrode(
      leadingCharge_nC: nanocoulombs(totals.leadingCharge.magnitude),
      recoveryCharge_nC: nanocoulombs(totals.recoveryCharge.magnitude),
      netCharge_nC: nanocoulombs(totals.netCharge.magnitude))
  }

  private static func seconds(_ time: Nanoseconds) -> Decimal {
    Decimal(time.rawValue) / 1_000_000_000
  }

  private static func nanocoulombs(_ charge: Femtocoulombs) -> Decimal {
    Decimal(charge.rawValue) / 1_000_000
  }
}
