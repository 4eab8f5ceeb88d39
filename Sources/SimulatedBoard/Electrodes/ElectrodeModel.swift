// Decides: the electrical figures of a pair of electrodes on skin, by area.
// Leaves to others: the current through them (ElectrodeLoad).

/// A pair of electrodes in series with tissue: Rs + (Rp ∥ Cp), in kΩ and µF (unconfirmed [m]).
struct ElectrodeModel {
  /// The series resistance of tissue and leads.
  let seriesResistance: Double
  /// What Rp falls to at 20 mA and above.
  let lowestParallel: Double
  /// What Rp is for a small signal.
  let smallSignalParallel: Double
  /// The capacitance.
  let capacitance: Double

  private static let areas: InlineArray<4, Double> = [500, 2_500, 5_000, 18_000]
  private static let series: InlineArray<4, Double> = [0.400, 0.250, 0.200, 0.120]
  private static let lowest: InlineArray<4, Double> = [1.5, 0.400, 0.200, 0.140]
  private static let small: InlineArray<4, Double> = [15, 4, 2.25, 0.75]
  private static let farads: InlineArray<4, Double> = [0.2, 0.75, 1.5, 4.5]

  /// Electrodes of `area` mm² each, interpolated in the logarithm of the area between the
  /// page's rows, and the outermost row's figures beyond them.
  init(area: Double) {
    precondition(area > 0, "an electrode has an area")
    var row = 0
    while row < 2 && area > ElectrodeModel.areas[row + 1] { row += 1 }
    let low = naturalLogarithm(ElectrodeModel.areas[row])
    let high = naturalLogarithm(ElectrodeModel.areas[row + 1])
    let share = min(max((naturalLogarithm(area) - low) / (high - low), 0), 1)
    func between(_ column: InlineArray<4, Double>) -> Double {
      column[row] + (column[row + 1] - column[row]) * share
    }
    seriesResistance = between(ElectrodeModel.series)
    lowestParallel = between(ElectrodeModel.lowest)
    smallSignalParallel = between(ElectrodeModel.small)
    capacitance = between(ElectrodeModel.farads)
  }

  /// Rp at a current of `magnitude` mA: max(Rp∞, Rp0 ÷ (1 + I ÷ 2 mA)).
  func parallelResistance(at magnitude: Double) -> Double {
    max(lowestParallel, smallSignalParallel / (1 + magnitude * 0.5))
  }
}
