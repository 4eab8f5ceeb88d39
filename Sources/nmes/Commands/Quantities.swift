// Decides: how quantities are written as options.
// Leaves to others: parsing them (QuantityParser).

import ArgumentParser
import CheckedFiles
import ProtocolLibrary
import SimulatedBoard
import StimulationCore

enum QuantityOption {
  static func current(_ text: String) throws -> Microamperes {
    do throws(QuantityError) { return try QuantityParser.parseCurrent(text) } catch {
      throw ValidationError("\(error)")
    }
  }

  static func duration(_ text: String) throws -> Nanoseconds {
    do throws(QuantityError) { return try QuantityParser.parseDuration(text) } catch {
      throw ValidationError("\(error)")
    }
  }

  static func area(_ text: String) throws -> SquareMillimetres {
    do throws(QuantityError) { return try QuantityParser.parseArea(text) } catch {
      throw ValidationError("\(error)")
    }
  }

  static func ratio(_ text: String) throws -> PartsPerMillion {
    do throws(QuantityError) { return try QuantityParser.parseRatio(text) } catch {
      throw ValidationError("\(error)")
    }
  }

  static func date(_ text: String) throws -> CalendarDate {
    guard let date = CalendarDate(text) else {
      throw ValidationError("\"\(text)\" is not a day; write it as 2026-01-31")
    }
    return date
  }

  static func fault(_ text: String) throws -> InjectedFault {
    do throws(FaultSpecificationError) { return try InjectedFault.parse(text) } catch {
      throw ValidationError("\(error)")
    }
  }
}
