// Decides: what each figure of the daemon means.
// Leaves to others: counting (SessionFigures, Hub) and showing (PrometheusRegistry).

/// The figures by name.
enum FigureTable {
  /// One line for each.
  static let help: [String: String] = [
    "nmes_stop_reaction_seconds": "From the reading of a STOP's bytes to inactive outputs.",
    "nmes_connections": "Connections to control.sock and monitor.sock.",
    "nmes_notes_dropped_total": "Notes about STOP and leases that found no place.",
    "nmes_lines_refused_total": "Lines that were longer than a request may be.",
    "nmes_commands_busy_total": "Commands that were answered busy.",
    "nmes_wakeup_lateness_seconds":
      "The latest wake-up of each 50 ms of the loop; 0 in virtual time.",
    "nmes_tick_cost_seconds":
      "The dearest turn of each 50 ms of the loop, wait excluded; none in virtual time.",
    "nmes_outputs_inactive_seconds": "From a trip or a stop to inactive outputs, by the loop.",
    "nmes_faults_total": "Interlocks that tripped.",
    "nmes_sessions_total": "Sessions that ended in the log.",
    "nmes_records_lost": "1 while records of the open session found no place.",
    "nmes_log_failing": "1 while the log cannot be written.",
    "nmes_alive": "1 while loop, logger and server prove that they move.",
    "nmes_log_lines_dropped": "Log lines that found no place.",
  ]
}
