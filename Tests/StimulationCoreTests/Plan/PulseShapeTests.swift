// Decides: that the staircase of each shape is the curve it stands for.
// Leaves to others: amplitudes and timing (PulseEngineTests).

import Foundation
import StimulationCore
import Testing

@Suite struct PulseShapeTests {
  /// The curves in floating point, from their definitions.
  static func curve(_ shape: PulseShape, _ x: Double) -> Double {
    switch shape {
    case .rectangular: 1
    case .triangular: x
    case .exponential: (1 - exp(-5 * x)) / (1 - exp(-5))
    case .trapezoid: min(1, 4 * x, 4 * (1 - x))
    }
  }

  @Test("Each step is as high as the curve in its middle", arguments: PulseShape.allCases)
  func heights(shape: PulseShape) {
    for index in 0..<shape.steps {
      let middle = (Double(index) + 0.5) / Double(shape.steps)
      let expected = PulseShapeTests.curve(shape, middle) * 1e6
      let actual = Double(shape.height(ofStep: index).rawValue)
      #expect(abs(actual - expected) <= 1, "step \(index)")
      #expect(actual >= 0 && actual <= 1_000_000)
    }
  }

  @Test("A triangle carries half the charge of a rectangle and a third of its energy")
  func triangle() {
    #expect(PulseShape.triangular.meanHeight == PartsPerMillion(500_000))
    // The staircase has 1/3 − 1/(12·50²).
    let exact = 1e6 * (1.0 / 3 - 1.0 / 30_000)
    #expect(abs(Double(PulseShape.triangular.meanSquareHeight.rawValue) - exact) <= 1)
  }

  @Test("Means are those of the steps, the mean square never below", arguments: PulseShape.allCases)
  func means(shape: PulseShape) {
    var sum = 0.0
    var squares = 0.0
    for index in 0..<shape.steps {
      let height = Double(shape.height(ofStep: index).rawValue) / 1e6
      sum += height
      squares += height * height
    }
    let count = Double(shape.steps)
    #expect(abs(Double(shape.meanHeight.rawValue) - sum / count * 1e6) <= 1)
    let square = Double(shape.meanSquareHeight.rawValue)
    #expect(square >= squares / count * 1e6 - 1e-6 && square <= squares / count * 1e6 + 1)
  }

  @Test("The trapezoid is symmetric; triangle and exponential only rise")
  func symmetry() {
    for index in 0..<25 {
      #expect(
        PulseShape.trapezoid.height(ofStep: index)
          == PulseShape.trapezoid.height(ofStep: 49 - index))
    }
    for shape in [PulseShape.triangular, .exponential] {
      for index in 1..<50 {
        #expect(shape.height(ofStep: index) > shape.height(ofStep: index - 1))
      }
    }
  }

  @Test("A step outside the phase stops the process")
  func outside() async {
    await #expect(processExitsWith: .failure) { _ = PulseShape.triangular.height(ofStep: 50) }
    await #expect(processExitsWith: .failure) { _ = PulseShape.triangular.height(ofStep: -1) }
    await #expect(processExitsWith: .failure) { _ = PulseShape.rectangular.height(ofStep: 1) }
  }
}
