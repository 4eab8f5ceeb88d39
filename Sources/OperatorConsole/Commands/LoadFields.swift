// Decides: what may follow the name in a load.
// Leaves to others: whether the values fit the protocol (the daemon).

internal import CheckedFiles
internal import StimulationCore

enum LoadFields {
  /// The words that introduce a value.
  static let names = ["patient", "muscle", "area", "amplitude", "trains"]

  static func read(
    _ field: String, _ words: inout CommandWords, into request: inout LoadRequest
  ) throws(CommandError) {
    guard names.contains(field) else {
      throw CommandError(
        "\"\(TerminalText.safe(field))\" is no part of a load; its parts are "
          + names.joined(separator: ", "))
    }
    let isRepeated =
      switch field {
      case "patient": request.patient != nil
      case "muscle": request.muscle != nil
      case "amplitude": request.amplitude != nil
      case "trains": request.trains != nil
      default: request.electrodeAreas.count >= maximumChannels
      }
    if isRepeated {
      throw CommandError("\(field) is stated too often; nothing was sent, state it once")
    }
    let isQuantity = field == "area" || field == "amplitude"
    guard let value = isQuantity ? words.takeQuantity() : words.take() else {
      throw CommandError("\(field) has no value; \(example(field))")
    }
    if request.prescription != nil, ["patient", "muscle", "area"].contains(field) {
      throw CommandError("the prescription states the \(field); leave it out")
    }
    do throws(QuantityError) {
      switch field {
      case "patient": request.patient = value
      case "muscle": request.muscle = value
      case "area": request.electrodeAreas.append(try QuantityParser.parseArea(value))
      case "amplitude": request.amplitude = try QuantityParser.parseCurrent(value)
      default: request.trains = try QuantityParser.parseCount(value)
      }
    } catch {
      throw CommandError(TerminalText.safe(error.message))
    }
  }

  private static func example(_ field: String) -> String {
    switch field {
    case "patient": "such as: patient P001"
    case "muscle": "such as: muscle quadriceps"
    case "area": "such as: area 180 cm2"
    case "amplitude": "such as: amplitude 40 mA"
    default: "such as: trains 12"
    }
  }
}
