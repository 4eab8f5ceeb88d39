// Decides: the commands of `nmes` and the exit status of bad usage.
// Leaves to others: each command (Commands/), and everything they do (the libraries).

import ArgumentParser
import Foundation

/// The command line.
struct Nmes: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nmes",
    abstract: "Deliver staged neuromuscular stimulation and keep the record of its dose.",
    discussion: """
      Research software, not a certified medical device. "run" drives boards that have no \
      patient circuit; the daemon drives the others.

      A first session:
        nmes protocol list
        nmes run large-muscle-tetanic --patient P001 --muscle quadriceps \\
          --electrode-area "180 cm2" --trains 3 --virtual-time
        nmes dose show last

      Completion of commands, presets and faults, for bash (or zsh, fish):
        nmes --generate-completion-script bash > ~/.local/share/bash-completion/completions/nmes

      A file that exists is never replaced unless told: --force, or \
      --replace-record with run.

      Exit status: 0 done, 1 a negative result or a session that ended early, \
      2 bad input, 3 refused by a limit or an interlock with nothing delivered.
      """,
    version: "nmes 0.1.0",
    subcommands: [
      ProtocolCommand.self, PrescriptionCommand.self, RunCommand.self, DoseCommand.self,
      BoardCommand.self,
      ConsoleSubcommand.self, StatusSubcommand.self, WatchSubcommand.self, StopSubcommand.self,
    ])
}

@main
enum Main {
  static func main() {
    // A reader that is gone is a failed write, not the end of a session with outputs driven.
    signal(SIGPIPE, SIG_IGN)
    do {
      var command = try Nmes.parseAsRoot()
      try command.run()
      if Output.isIncomplete.load(ordering: .relaxed) {
        throw Failure(.negative, "the result could not be printed: standard output takes no more")
      }
    } catch let failure as Failure {
      for text in failure.message.split(separator: "\n") { Output.error("nmes: \(text)") }
      exit(failure.status.rawValue)
    } catch {
      let message = Nmes.fullMessage(for: error)
      // Help and completion scripts are results; anything else is bad usage.
      if Nmes.exitCode(for: error) == .success {
        if !message.isEmpty { Output.line(message) }
        exit(ExitStatus.done.rawValue)
      }
      // One line, as every other error; the usage is a word away.
      Output.error("nmes: \(Nmes.message(for: error)); see nmes help")
      exit(ExitStatus.badInput.rawValue)
    }
  }
}
