// What a message says, in words without C.

internal import CAliECSEvents
internal import CProtobufC
internal import JSON

extension Decoder {
    /// Returns the facts of the opened message; `topic` is where it comes from.
    ///
    /// Parts of messages, opened by themselves, say nothing.
    public func facts(from topic: AliECSTopic) -> EventFacts {
        guard let message = unsafe message else { return EventFacts(.other) }
        let raw = UnsafeRawPointer(message)
        switch type {
        case .newStateNotification:
            let note = unsafe raw.assumingMemoryBound(to: Kafka__NewStateNotification.self)
            return unsafe Self.facts(note.pointee, topic)
        case .activeRunsList:
            let list = unsafe raw.assumingMemoryBound(to: Kafka__ActiveRunsList.self)
            return unsafe Self.facts(list.pointee)
        case .event:
            let event = unsafe raw.assumingMemoryBound(to: Events__Event.self)
            return unsafe Self.facts(event.pointee)
        case .status:
            let status = unsafe raw.assumingMemoryBound(to: CtpStatus__Status.self)
            var facts = EventFacts(.triggerStatus)
            facts.time = unsafe nonZero(status.pointee.timestamp_nano).map {
                EventTime(nanoseconds: Int64(clamping: $0))
            }
            facts.milliseconds = facts.time?.milliseconds
            return facts
        default: return EventFacts(.other)
        }
    }

    private static func facts(
        _ message: Kafka__NewStateNotification,
        _ topic: AliECSTopic
    ) -> EventFacts {
        var facts: EventFacts
        switch topic.kind {
        case .envLeaveState: facts = EventFacts(.leftState)
        case .startActivity:
            facts = EventFacts(topic.detail == "before_start_activity" ? .beforeStart : .afterStart)
        default: facts = EventFacts(.enteredState)
        }
        facts.setTime(milliseconds: unsafe Int64(clamping: message.timestamp))
        guard let info = unsafe message.envinfo else { return facts }
        let note = unsafe EnvironmentNote(info.pointee)
        facts.environment = note.environment
        facts.run = note.run
        facts.runType = note.runType
        facts.state = note.state
        facts.detectors = note.detectors
        facts.enteredMilliseconds = note.enteredMilliseconds
        return facts
    }

    private static func facts(_ message: Kafka__ActiveRunsList) -> EventFacts {
        var facts = EventFacts(.activeRuns)
        facts.setTime(milliseconds: unsafe Int64(clamping: message.timestamp))
        let count = unsafe message.n_activeruns
        for index in 0..<count {
            guard let info = unsafe message.activeruns[index] else { continue }
            facts.active.append(unsafe EnvironmentNote(info.pointee))
        }
        return facts
    }

    private static func facts(_ message: Events__Event) -> EventFacts {
        var facts = unsafe payload(of: message)
        facts.setTime(milliseconds: unsafe message.timestamp)
        if unsafe message.timestampnano != 0 {
            facts.time = unsafe EventTime(nanoseconds: message.timestampnano)
            facts.milliseconds = facts.milliseconds ?? facts.time?.milliseconds
        }
        return facts
    }

    private static func payload(of message: Events__Event) -> EventFacts {
        switch unsafe message.payload_case {
        case EVENTS__EVENT__PAYLOAD_ENVIRONMENT_EVENT:
            guard let event = unsafe message.environmentevent else { break }
            return unsafe facts(event.pointee)
        case EVENTS__EVENT__PAYLOAD_TASK_EVENT:
            guard let event = unsafe message.taskevent?.pointee else { break }
            var facts = EventFacts(.task)
            facts.environment = unsafe text(event.environmentid)
            facts.name = unsafe text(event.name)
            facts.state = unsafe text(event.state)
            facts.message = unsafe text(event.status)
            facts.place = unsafe text(event.hostname)
            return facts
        case EVENTS__EVENT__PAYLOAD_ROLE_EVENT:
            guard let event = unsafe message.roleevent?.pointee else { break }
            var facts = EventFacts(.role)
            facts.environment = unsafe text(event.environmentid)
            facts.name = unsafe text(event.name)
            facts.state = unsafe text(event.state)
            facts.message = unsafe text(event.status)
            facts.place = unsafe text(event.rolepath)
            return facts
        case EVENTS__EVENT__PAYLOAD_CALL_EVENT:
            guard let event = unsafe message.callevent else { break }
            return unsafe facts(event.pointee)
        case EVENTS__EVENT__PAYLOAD_INTEGRATED_SERVICE_EVENT:
            guard let event = unsafe message.integratedserviceevent else { break }
            return unsafe facts(event.pointee)
        case EVENTS__EVENT__PAYLOAD_RUN_EVENT:
            guard let event = unsafe message.runevent else { break }
            return unsafe facts(event.pointee)
        case EVENTS__EVENT__PAYLOAD_FRAMEWORK_EVENT:
            guard let event = unsafe message.frameworkevent?.pointee else { break }
            var facts = EventFacts(.framework)
            facts.message = unsafe text(event.message)
            facts.name = unsafe text(event.frameworkid)
            return facts
        case EVENTS__EVENT__PAYLOAD_CORE_START_EVENT:
            var facts = EventFacts(.coreStart)
            if let event = unsafe message.corestartevent {
                facts.name = unsafe text(event.pointee.frameworkid)
            }
            return facts
        case EVENTS__EVENT__PAYLOAD_MESOS_HEARTBEAT_EVENT: return EventFacts(.heartbeat)
        case EVENTS__EVENT__PAYLOAD_BEAM_MODE_EVENT:
            var facts = EventFacts(.beamMode)
            if let info = unsafe message.beammodeevent?.pointee.beaminfo?.pointee {
                facts.state = unsafe choice(
                    Int32(truncatingIfNeeded: info.beammode.rawValue),
                    common__beam_mode__descriptor
                )
                facts.name = unsafe text(info.fillingschemename)
                facts.message = unsafe info.fillnumber == 0 ? "" : "fill \(info.fillnumber)"
            }
            return facts
        default: break
        }
        return EventFacts(.other)
    }

    private static func facts(_ event: Events__EvCallEvent) -> EventFacts {
        var facts = EventFacts(.call)
        facts.environment = unsafe text(event.environmentid)
        facts.name = unsafe text(event.func)
        facts.status = unsafe status(event.callstatus)
        facts.message = unsafe text(event.output)
        facts.error = unsafe text(event.error)
        facts.place = unsafe text(event.path)
        if let traits = unsafe event.traits?.pointee {
            facts.step = unsafe text(traits.trigger)
        }
        return facts
    }

    private static func facts(_ event: Events__EvIntegratedServiceEvent) -> EventFacts {
        var facts = EventFacts(.service)
        facts.environment = unsafe text(event.environmentid)
        facts.name = unsafe text(event.name)
        facts.operation = unsafe text(event.operationname)
        facts.step = unsafe text(event.operationstep)
        facts.operationStatus = unsafe status(event.operationstatus)
        facts.status = unsafe status(event.operationstepstatus) ?? facts.operationStatus
        facts.error = unsafe text(event.error)
        facts.payload = unsafe text(event.payload)
        facts.takePayload()
        return facts
    }

    private static func facts(_ event: Events__EvRunEvent) -> EventFacts {
        var facts = EventFacts(.run)
        facts.environment = unsafe text(event.environmentid)
        facts.run = unsafe nonZero(event.runnumber)
        facts.state = unsafe text(event.state)
        facts.error = unsafe text(event.error)
        facts.transition = unsafe text(event.transition)
        facts.status = unsafe status(event.transitionstatus)
        unsafe facts.setUser(event.lastrequestuser)
        return facts
    }

    private static func facts(_ event: Events__EvEnvironmentEvent) -> EventFacts {
        var facts = EventFacts(.environment)
        facts.environment = unsafe text(event.environmentid)
        facts.state = unsafe text(event.state)
        facts.run = unsafe nonZero(event.runnumber)
        facts.error = unsafe text(event.error)
        facts.message = unsafe text(event.message)
        facts.transition = unsafe text(event.transition)
        facts.step = unsafe text(event.transitionstep)
        facts.status = unsafe status(event.transitionstatus)
        unsafe facts.setUser(event.lastrequestuser)
        if let info = unsafe event.workflowtemplateinfo {
            facts.name = unsafe text(info.pointee.name)
        }
        let count = unsafe event.n_vars
        for index in 0..<count {
            guard let entry = unsafe event.vars[index]?.pointee else { continue }
            switch unsafe text(entry.key) {
            case "run_type": facts.runType = unsafe text(entry.value)
            case "detectors": facts.detectors = unsafe texts(inJSON: text(entry.value))
            default: break
            }
        }
        return facts
    }

    /// Returns the texts of a JSON array; none when it is not one.
    private static func texts(inJSON text: String) -> [String] {
        guard let value = try? JSONValue(parsing: text), let array = value.array else { return [] }
        return array.compactMap(\.string)
    }

    private static func choice(_ number: Int32, _ descriptor: ProtobufCEnumDescriptor) -> String {
        guard number != 0 else { return "" }
        return unsafe withUnsafePointer(to: descriptor) {
            guard let value = unsafe protobuf_c_enum_descriptor_get_value($0, number) else {
                return "\(number)"
            }
            return unsafe text(value.pointee.name)
        }
    }

    private static func status(_ status: Events__OpStatus) -> OpStatus? {
        OpStatus(rawValue: Int32(bitPattern: status.rawValue))
    }
}

/// Returns a text of C; empty when it is not there.
private func text(_ pointer: UnsafePointer<CChar>?) -> String {
    guard let pointer = unsafe pointer else { return "" }
    return unsafe String(cString: pointer)
}

private func nonZero<Number: BinaryInteger>(_ number: Number) -> Number? {
    number == 0 ? nil : number
}

extension EnvironmentNote {
    fileprivate init(_ info: Kafka__EnvInfo) {
        self.init()
        environment = unsafe text(info.environmentid)
        run = unsafe info.has_runnumber != 0 ? info.runnumber : nil
        runType = unsafe text(info.runtype)
        state = unsafe text(info.state)
        let count = unsafe info.n_detectors
        for index in 0..<count {
            detectors.append(unsafe text(info.detectors[index]))
        }
        enteredMilliseconds = unsafe info.enterstatetimestamp
    }
}

extension EventFacts {
    fileprivate mutating func setTime(milliseconds: Int64) {
        guard milliseconds != 0 else { return }
        self.milliseconds = milliseconds
        time = EventTime(milliseconds: milliseconds)
    }

    fileprivate mutating func setUser(_ user: UnsafeMutablePointer<Common__User>?) {
        guard let user = unsafe user?.pointee else { return }
        self.user = unsafe text(user.name)
        userNumber = unsafe user.has_externalid != 0 ? user.externalid : nil
    }
}
