// Decides: the tables of every version of the format.
// Leaves to others: which columns the chain covers, in which order (LogTable).
//
// A migration that has shipped is never edited; a test holds its digest. New versions append.

/// The format's identity and its migrations.
enum Migrations {
  /// `nmes` in ASCII, in the database's header.
  static let applicationID: Int64 = 0x6E6D_6573

  /// The version that this software writes.
  static var newest: Int64 { Int64(all.count) }

  /// The statements that lead from each version to the next, from an empty file on.
  static let all: [String] = [version1, version2]

  /// The statements that forbid changing or dropping rows of a table.
  private static func appendOnly(_ table: String) -> String {
    """
    CREATE TRIGGER \(table)_no_update BEFORE UPDATE ON \(table)
    BEGIN SELECT RAISE(ABORT, 'the dose log is append-only'); END;
    CREATE TRIGGER \(table)_no_delete BEFORE DELETE ON \(table)
    BEGIN SELECT RAISE(ABORT, 'the dose log is append-only'); END;

    """
  }

  private static let version1 =
    version1Tables
    + [
      "chain", "sessions", "channels", "doses", "events", "closings", "bounds",
      "acknowledgements", "skin_checks", "skin_clearances",
    ].map(appendOnly).joined()

  /// What a session's plan rests on and how the board delivers it, beside the session. Sessions
  /// of version 1 have no such row, and the clinician where later ones have the prescription.
  private static let version2 =
    """
    CREATE TABLE plans (
      id INTEGER PRIMARY KEY, session INTEGER NOT NULL UNIQUE REFERENCES sessions (id),
      interphase_gap INTEGER NOT NULL, delivered_gap INTEGER NOT NULL,
      prescription_digest BLOB, clinician TEXT
    ) STRICT;

    """ + appendOnly("plans")

  private static let version1Tables = """
    CREATE TABLE chain (
      sequence INTEGER PRIMARY KEY, kind INTEGER NOT NULL, row INTEGER NOT NULL,
      wall INTEGER NOT NULL, uptime INTEGER, previous BLOB NOT NULL, hash BLOB NOT NULL,
      UNIQUE (kind, row)
    ) STRICT;
    CREATE INDEX chain_wall ON chain (wall);
    CREATE TABLE sessions (
      id INTEGER PRIMARY KEY, patient TEXT NOT NULL, patient_key TEXT NOT NULL,
      muscle TEXT NOT NULL, muscle_key TEXT NOT NULL, side TEXT, side_key TEXT,
      stage TEXT NOT NULL, protocol TEXT NOT NULL, protocol_version TEXT NOT NULL,
      plan_digest BLOB NOT NULL, envelope TEXT NOT NULL, prescription TEXT, board TEXT NOT NULL,
      simulated INTEGER NOT NULL, seed INTEGER, actor TEXT NOT NULL,
      planned_trains INTEGER NOT NULL, train_on_time INTEGER NOT NULL, boot TEXT
    ) STRICT;
    CREATE INDEX sessions_muscle ON sessions (patient_key, muscle_key);
    CREATE TABLE channels (
      id INTEGER PRIMARY KEY, session INTEGER NOT NULL REFERENCES sessions (id),
      channel INTEGER NOT NULL, electrode_area INTEGER NOT NULL, ceiling INTEGER NOT NULL,
      ceiling_source TEXT NOT NULL, bound_after INTEGER NOT NULL, UNIQUE (session, channel)
    ) STRICT;
    CREATE TABLE doses (
      id INTEGER PRIMARY KEY, session INTEGER NOT NULL REFERENCES sessions (id),
      span TEXT NOT NULL, channel INTEGER NOT NULL, train_set INTEGER NOT NULL,
      train INTEGER NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER NOT NULL,
      setpoint INTEGER NOT NULL, pulses INTEGER NOT NULL, withheld INTEGER NOT NULL,
      commanded_leading INTEGER NOT NULL, commanded_recovery INTEGER NOT NULL,
      leading INTEGER NOT NULL, recovery INTEGER NOT NULL, net INTEGER NOT NULL,
      unrecovered INTEGER NOT NULL, peak INTEGER NOT NULL, square_time INTEGER NOT NULL,
      energy INTEGER NOT NULL, on_time INTEGER NOT NULL, certainty TEXT NOT NULL,
      bound_after INTEGER NOT NULL, session_on_time INTEGER NOT NULL,
      FOREIGN KEY (session, channel) REFERENCES channels (session, channel)
    ) STRICT;
    CREATE INDEX doses_session ON doses (session, channel, span);
    CREATE TABLE events (
      id INTEGER PRIMARY KEY, session INTEGER REFERENCES sessions (id), board TEXT,
      boot TEXT, at INTEGER, kind TEXT NOT NULL, subject TEXT, channel INTEGER, amount INTEGER,
      outcome TEXT, actor TEXT NOT NULL, simulated INTEGER NOT NULL, text TEXT NOT NULL
    ) STRICT;
    CREATE INDEX events_session ON events (session);
    CREATE INDEX events_kind ON events (kind, subject);
    CREATE TABLE closings (
      id INTEGER PRIMARY KEY, session INTEGER NOT NULL UNIQUE REFERENCES sessions (id),
      outcome TEXT NOT NULL, faults TEXT NOT NULL, after_crash INTEGER NOT NULL,
      ended_wall INTEGER NOT NULL, ended_uptime INTEGER, boot TEXT, text TEXT NOT NULL
    ) STRICT;
    CREATE TABLE bounds (
      id INTEGER PRIMARY KEY, session INTEGER NOT NULL REFERENCES sessions (id),
      channel INTEGER NOT NULL, rectified INTEGER NOT NULL, trains INTEGER NOT NULL,
      UNIQUE (session, channel)
    ) STRICT;
    CREATE TABLE acknowledgements (
      id INTEGER PRIMARY KEY, event INTEGER NOT NULL UNIQUE REFERENCES events (id),
      actor TEXT NOT NULL, text TEXT NOT NULL
    ) STRICT;
    CREATE TABLE skin_checks (
      id INTEGER PRIMARY KEY, session INTEGER REFERENCES sessions (id),
      patient_key TEXT NOT NULL, muscle_key TEXT NOT NULL, side_key TEXT,
      moment TEXT NOT NULL, finding TEXT NOT NULL, actor TEXT NOT NULL,
      simulated INTEGER NOT NULL, text TEXT NOT NULL
    ) STRICT;
    CREATE INDEX skin_checks_muscle ON skin_checks (patient_key, muscle_key);
    CREATE INDEX skin_checks_session ON skin_checks (session);
    CREATE TABLE skin_clearances (
      id INTEGER PRIMARY KEY, patient_key TEXT NOT NULL, muscle_key TEXT NOT NULL,
      side_key TEXT, last_session INTEGER NOT NULL, last_check INTEGER NOT NULL,
      actor TEXT NOT NULL, text TEXT NOT NULL
    ) STRICT;
    CREATE INDEX skin_clearances_muscle ON skin_clearances (patient_key, muscle_key);

    """
}
