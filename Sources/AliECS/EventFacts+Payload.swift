// What the payload of a service's record says, which is JSON of the service's own making.
//
// DCS puts its run number and detectors on top, TRG and ODC put theirs into the request.

internal import JSON

extension EventFacts {
    /// Takes run and detectors out of the payload; what is not JSON says nothing.
    mutating func takePayload() {
        guard payload.utf8.first == UInt8(ascii: "{"),
            let value = try? JSONValue(parsing: payload), case .object(let members) = value
        else { return }
        var places = [value]
        for member in members {
            guard case .object = member.value, member.key.hasSuffix("Request") else { continue }
            places.append(member.value)
        }
        run = places.compactMap { Self.run(in: $0) }.first
        detectors = places.lazy.map { Self.detectors(in: $0) }.first { !$0.isEmpty } ?? []
    }

    private static func run(in place: JSONValue) -> UInt32? {
        let number = (place["runNumber"] ?? place["runn"])?.int64
        return number.flatMap { UInt32(exactly: $0) }.flatMap { $0 == 0 ? nil : $0 }
    }

    private static func detectors(in place: JSONValue) -> [String] {
        switch place["detectors"] {
        case .array(let elements)?: elements.compactMap(\.string)
        case .object(let members)?: members.map(\.key)
        default: (place["detector"]?.string).map { [$0] } ?? []
        }
    }
}
