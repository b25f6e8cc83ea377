// Groups of other kinds than consumer groups: share groups, streams groups, groups of Connect.
//
// librdkafka leaves them out of its list of consumer groups and says of each that it is dead. Its
// oldest call for groups has no such rule: a broker lists a group of any kind.

internal import CRdkafka
internal import Reactor

extension Admin {
    /// Returns the protocol type of a group of any kind; nil when no broker lists it.
    ///
    /// Empty for kinds whose members the old request cannot describe: share and streams groups. Of a
    /// consumer group it is `consumer`, or empty when no member ever joined. Blocks for at most the
    /// time of a call. C: `rd_kafka_list_groups`.
    /// - Throws: `KafkaError` when no broker answered.
    public func protocolType(of group: String) throws(KafkaError) -> String? {
        try requireRealCluster("ListGroups")
        var list: UnsafePointer<rd_kafka_group_list>?
        let code = unsafe rd_kafka_list_groups(
            client.raw,
            group,
            &list,
            max(timeout.clampedMilliseconds, 1)
        )
        client.serveUnwatched()
        defer { if let list = unsafe list { unsafe rd_kafka_group_list_destroy(list) } }
        // What some brokers have said counts when others have not answered.
        if code != RD_KAFKA_RESP_ERR__PARTIAL { try check(code) }
        guard let list = unsafe list else { return nil }
        for index in unsafe 0..<Int(list.pointee.group_cnt) {
            let found = unsafe list.pointee.groups[index]
            guard let name = unsafe found.group, unsafe String(cString: name) == group else {
                continue
            }
            return unsafe found.protocol_type.map { unsafe String(cString: $0) } ?? ""
        }
        return nil
    }
}
