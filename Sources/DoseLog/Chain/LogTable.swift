// Decides: which columns of which table the chain covers, in which order. Frozen with the
// format: a column is only ever added by a new version, at the end.
// Leaves to others: the bytes (CanonicalBytes) and the statements (Migrations).

/// A table whose rows are links of the chain.
enum LogTable: Int64, CaseIterable, Sendable {
  case sessions = 1
  case channels = 2
  case doses = 3
  case events = 4
  case closings = 5
  case bounds = 6
  case acknowledgements = 7
  case skinChecks = 8
  case skinClearances = 9
  case plans = 10

  /// The table's name in the database.
  var name: String {
    switch self {
    case .skinChecks: return "skin_checks"
    case .skinClearances: return "skin_clearances"
    default: return "\(self)"
    }
  }

  /// The columns after `id`.
  var columns: [String] {
    switch self {
    case .sessions:
      return [
        "patient", "patient_key", "muscle", "muscle_key", "side", "side_key", "stage",
        "protocol", "protocol_version", "plan_digest", "envelope", "prescription", "board",
        "simulated", "seed", "actor", "planned_trains", "train_on_time", "boot",
      ]
    case .channels:
      return [
        "session", "channel", "electrode_area", "ceiling", "ceiling_source", "bound_after",
      ]
    case .doses:
      return [
        "session", "span", "channel", "train_set", "train", "started_at", "ended_at",
        "setpoint", "pulses", "withheld", "commanded_leading", "commanded_recovery", "leading",
        "recovery", "net", "unrecovered", "peak", "square_time", "energy", "on_time",
        "certainty", "bound_after", "session_on_time",
      ]
    case .events:
      return [
        "session", "board", "boot", "at", "kind", "subject", "channel", "amount", "outcome",
        "actor", "simulated", "text",
      ]
    case .closings:
      return [
        "session", "outcome", "faults", "after_crash", "ended_wall", "ended_uptime", "boot",
        "text",
      ]
    case .bounds: return ["session", "channel", "rectified", "trains"]
    case .acknowledgements: return ["event", "actor", "text"]
    case .skinChecks:
      return [
        "session", "patient_key", "muscle_key", "side_key", "moment", "finding", "actor",
        "simulated", "text",
      ]
    case .skinClearances:
      return [
        "patient_key", "muscle_key", "side_key", "last_session", "last_check", "actor", "text",
      ]
    case .plans:
      return ["session", "interphase_gap", "delivered_gap", "prescription_digest", "clinician"]
    }
  }

  /// The version of the format that brought the table.
  var firstVersion: Int64 { self == .plans ? 2 : 1 }

  /// The tables that a log of a version has.
  static func tables(ofVersion version: Int64) -> [LogTable] {
    allCases.filter { $0.firstVersion <= version }
  }

  /// Where the row's session stands among the columns, for locating a defect.
  var hasSession: Bool { columns.first == "session" }

  /// The statement that inserts a row.
  var insertion: String { LogTable.insertions[Int(rawValue) - 1] }
  /// The statement that reads a row by its id.
  var selection: String { LogTable.selections[Int(rawValue) - 1] }

  private static let insertions = allCases.map { table in
    let places = table.columns.map { _ in "?" }.joined(separator: ", ")
    return "INSERT INTO \(table.name) (\(table.columns.joined(separator: ", "))) "
      + "VALUES (\(places))"
  }
  private static let selections = allCases.map { table in
    "SELECT \(table.columns.joined(separator: ", ")) FROM \(table.name) WHERE id = ?"
  }
}
