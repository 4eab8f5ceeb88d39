// Decides: how a protocol, a prescription and what the operator asks for become a plan.
// Leaves to others: earlier sessions (DoseLog), reading files, and running the plan.

import CheckedFiles
public import StimulationCore

/// What is asked for: a protocol for one muscle, today.
public struct SessionRequest: Sendable {
  /// The protocol.
  public var therapy: TherapyProtocol
  /// The prescription, if there is one.
  public var prescription: Prescription?
  /// The patient's code; with a prescription the same as its own, or empty.
  public var patient: String
  /// The muscle; with a prescription the same as its own, or empty.
  public var muscle: String
  /// The area of the smaller electrode of each channel; with a prescription empty.
  public var electrodeAreas: [SquareMillimetres]
  /// The first target of each channel in order, or one for all of them; the protocol's starting
  /// amplitude when there is none.
  public var amplitudes: [Microamperes]
  /// Fewer trains than the protocol's, or nothing.
  public var trains: Int32?
  /// The day of the session.
  public var today: CalendarDate

  /// A request as the operator makes it, with one amplitude for every channel or none.
  public init(
    therapy: TherapyProtocol, prescription: Prescription? = nil, patient: String = "",
    muscle: String = "", electrodeAreas: [SquareMillimetres] = [],
    amplitude: Microamperes? = nil, trains: Int32? = nil, today: CalendarDate
  ) {
    self.therapy = therapy
    self.prescription = prescription
    self.patient = patient
    self.muscle = muscle
    self.electrodeAreas = electrodeAreas
    amplitudes = amplitude.map { [$0] } ?? []
    self.trains = trains
    self.today = today
  }

  /// Makes the plan, or says why not. Nothing is clamped.
  ///
  /// - Parameter layer: the limits that the board definition sets, if it sets any.
  public func makeSession(
    on board: BoardCapabilities, layer: LimitLayer = LimitLayer(source: .board)
  ) throws(SessionRefusal) -> PlannedSession {
    let patient = try agreed(patient, "patient", prescription?.fields.patient, .patientCode)
    let muscle = try agreed(muscle, "muscle", prescription?.fields.muscle, .muscle)
    let envelope = prescription?.fields.envelope ?? .standard
    if let prescription {
      try PrescriptionCheck(prescription: prescription, therapy: therapy).run(today: today)
    }
    guard let allowed = therapy.ceiling(for: envelope) else {
      throw .request(
        "protocol \(therapy.name) has no ceiling for the \(envelope) envelope; "
          + "prescribe the standard one, or another protocol")
    }
    let areas = try channelAreas()
    let starts = try startingAmplitudes(of: areas.count, allowed: allowed)
    let limits = try limitTable(envelope, layer, ceiling: allowed)
    let train = try shortened()
    let unused = ChannelPlan(
      ceiling: .zero, ceilingSource: .compiled, startingAmplitude: .zero, electrodeArea: .zero,
      polarity: .positive, offset: .zero)
    var channels = InlineArray<8, ChannelPlan>(repeating: unused)
    for (index, area) in areas.enumerated() {
      channels[index] = channel(index, area: area, start: starts[index], allowed: allowed)
    }
    do throws(PlanRefusal) {
      let plan = try StimulationPlan(
        pulse: therapy.pulse, train: train, channels: channels, channelCount: areas.count,
        limits: limits, board: board)
      return PlannedSession(
        plan: plan, therapy: therapy, prescription: prescription, patient: patient,
        muscle: muscle, envelope: envelope, gap: DeliveredGap(of: therapy.pulse, on: board))
    } catch {
      throw .plan(error)
    }
  }

  private func agreed(
    _ asked: String, _ field: String, _ prescribed: String?, _ form: TextForm
  ) throws(SessionRefusal) -> String {
    if let prescribed {
      if asked.isEmpty || asked == prescribed { return prescribed }
      throw .request(
        "\(field) \"\(printable(asked))\" is not the prescription's "
          + "\"\(prescribed)\"; use the prescription of this \(field)")
    }
    if asked.isEmpty { throw .request("no \(field) is stated; state \(form.expectation)") }
    if form.allows(asked) { return asked }
    throw .request(
      "\(field) \"\(printable(asked))\" is not \(form.expectation); state the \(field)")
  }

  private func channelAreas() throws(SessionRefusal) -> [SquareMillimetres] {
    let areas: [SquareMillimetres]
    if let prescription {
      if !electrodeAreas.isEmpty {
        throw .request("the prescription states the electrode areas; leave them out")
      }
      areas = prescription.fields.channels.map(\.electrodeArea)
    } else {
      areas = electrodeAreas
    }
    if areas.isEmpty {
      throw .request(
        "no electrode area; it has no default, so state the smaller electrode's "
          + "area of each channel, such as \"180 cm2\"")
    }
    if areas.count > maximumChannels {
      throw .request("\(areas.count) channels; the limit is \(maximumChannels); use fewer")
    }
    let stated = therapy.polarities.count
    if stated > 0 && areas.count > stated {
      throw .request(
        "\(areas.count) channels, and the protocol states the polarity of "
          + "\(stated) (at \(therapy.location(of: "channels.polarity"))); use as many at most")
    }
    return areas
  }

  private func channel(
    _ index: Int, area: SquareMillimetres, start: Microamperes, allowed: Microamperes
  ) -> ChannelPlan {
    let prescribed = prescription?.fields.channels[index].ceiling
    return ChannelPlan(
      ceiling: prescribed ?? allowed,
      ceilingSource: prescribed == nil ? .protocolFile : .prescription,
      startingAmplitude: start, electrodeArea: area,
      polarity: therapy.polarities.isEmpty ? .positive : therapy.polarities[index],
      offset: therapy.channelOffset * Int64(index))
  }

  /// Fewer trains: whole sets where they divide, one set where they fit into it.
  private func shortened() throws(SessionRefusal) -> TrainPlan {
    let train = therapy.train
    guard let trains else { return train }
    guard (1...train.trains).contains(trains) else {
      throw .request(
        "\(trains) trains; protocol \(therapy.name) has \(train.trains) (at "
          + "\(therapy.location(of: "session.trainsPerSet"))); ask for 1 to \(train.trains)")
    }
    let perSet = train.trainsPerSet
    if trains > perSet && trains % perSet != 0 {
      let below = trains / perSet * perSet
      let neighbours = below == perSet ? "\(below * 2)" : "\(below) or \(below + perSet)"
      throw .request(
        "\(trains) trains are not whole sets of \(perSet); ask for at most \(perSet), or for "
          + neighbours)
    }
    return TrainPlan(
      rampUp: train.rampUp, plateau: train.plateau, rampDown: train.rampDown,
      offTime: train.offTime, trainsPerSet: min(trains, perSet),
      sets: max(1, trains / perSet), restBetweenSets: train.restBetweenSets,
      sessionDuration: train.sessionDuration)
  }
}

/// A session that may be run.
public struct PlannedSession: Sendable {
  /// What will run.
  public let plan: StimulationPlan
  /// The protocol that it follows.
  public let therapy: TherapyProtocol
  /// The prescription that it rests on, if any.
  public let prescription: Prescription?
  /// The patient's code.
  public let patient: String
  /// The muscle.
  public let muscle: String
  /// The envelope.
  public let envelope: Envelope
  /// The interphase gap, as stated and as the board delivers it (SR-31).
  public let gap: DeliveredGap

  /// The side of the body, where a prescription says so.
  public var side: BodySide? { prescription?.fields.side }
}
