// Consumer groups: which there are, who is in them, and deleting them.
//
// A client that asks about groups is a consumer with a `group.id`, though it joins none: librdkafka
// 2.0.2 looks up the coordinator of that group when it is to find one anew, and crashes when the
// client has none.

internal import CRdkafka
internal import Reactor

/// The protocol that the members of a group speak.
public enum GroupType: String, CaseIterable, Sendable {
    /// The members assign partitions among themselves.
    case classic
    /// The broker shares them out (KIP-848).
    case consumer
}

/// A group as the brokers list it.
public struct GroupListing: Equatable, Sendable {
    /// The group's id.
    public let id: String
    /// Kafka's name of its state: `Stable`, `Empty`; nil when the library has no name for it.
    public let state: String?
    /// Its type, where the library reports it.
    public let type: GroupType?
}

/// The answers of all brokers to a request for their groups.
public struct GroupListings: Sendable {
    /// The groups, by id.
    public let groups: [GroupListing]
    /// The errors of brokers that did not answer.
    public let errors: [KafkaError]
}

/// A member of a group.
public struct GroupMemberDescription: Equatable, Sendable {
    /// The id that the coordinator gave it.
    public let id: String
    /// The name of a static member.
    public let instanceID: String?
    /// Its `client.id`.
    public let clientID: String
    /// The address that it connects from.
    public let host: String
    /// The partitions that it reads, in order.
    public let assignment: [TopicPartition]
    /// The partitions that it is to read, where that is reported: of groups of type `consumer`, by
    /// librdkafka 2.10.
    public let target: [TopicPartition]?
}

/// A group and its members.
public struct GroupDescription: Equatable, Sendable {
    /// The group's id.
    public let id: String
    /// Kafka's name of its state; nil when the library has no name for it.
    public let state: String?
    /// Its type, where the library reports it.
    public let type: GroupType?
    /// The name of the assignor; empty when there are no members.
    public let assignor: String
    /// The broker that leads the group.
    public let coordinator: Broker?
    /// The members, by client and member id.
    public let members: [GroupMemberDescription]

    /// True when brokers know nothing of the group but its name.
    public var isDead: Bool { state == "Dead" }

    /// True when it has no members, so that its offsets may be changed.
    public var isInactive: Bool { members.isEmpty && (isDead || state == "Empty") }
}

extension Admin {
    /// Returns the consumer groups that all brokers lead.
    ///
    /// C: `rd_kafka_ListConsumerGroups`.
    /// - Throws: `KafkaError` when the call as a whole failed.
    public func groups() throws(KafkaError) -> GroupListings {
        try requireRealCluster("ListGroups")
        let typeOf = unsafe GroupFunctions.listingType
        return try unsafe call(
            RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS,
            waitForCompletion: false,
            submit: { options, queue in
                unsafe rd_kafka_ListConsumerGroups(client.raw, options, queue)
            },
            read: { event in
                let result = unsafe rd_kafka_event_ListConsumerGroups_result(event)
                var count = 0
                let listed = unsafe rd_kafka_ListConsumerGroups_result_valid(result, &count)
                let groups = (0..<count).compactMap { index -> GroupListing? in
                    guard let listing = unsafe listed?[index] else { return nil }
                    return unsafe GroupListing(
                        id: String(cString: rd_kafka_ConsumerGroupListing_group_id(listing)),
                        state: Self.stateName(rd_kafka_ConsumerGroupListing_state(listing)),
                        type: typeOf.flatMap { unsafe GroupType($0(listing)) }
                    )
                }
                let failures = unsafe rd_kafka_ListConsumerGroups_result_errors(result, &count)
                let errors = (0..<count).compactMap { index -> KafkaError? in
                    guard let error = unsafe failures?[index] else { return nil }
                    return unsafe KafkaError(rd_kafka_error_code(error))
                }
                return GroupListings(groups: groups.sorted { $0.id < $1.id }, errors: errors)
            }
        )
    }

    /// Returns the description of each of these groups; a group that is not there is `Dead`, or an
    /// error of kind `notFound`, as the broker has it.
    ///
    /// C: `rd_kafka_DescribeConsumerGroups`.
    /// - Throws: `KafkaError` when the call as a whole failed.
    public func describeGroups(
        _ names: [String]
    ) throws(KafkaError) -> [String: Result<GroupDescription, KafkaError>] {
        guard !names.isEmpty else { return [:] }
        try requireRealCluster("DescribeGroups")
        var found: [String: Result<GroupDescription, KafkaError>] = [:]
        try persist { () throws(KafkaError) in
            let missing = names.filter { found[$0] == nil }
            let answers = try descriptions(missing)
            for (name, answer) in answers {
                if case .failure(let error) = answer, error.isAwaitingCoordinator { throw error }
                found[name] = answer
            }
        }
        return found
    }

    private func descriptions(
        _ names: [String]
    ) throws(KafkaError) -> [String: Result<GroupDescription, KafkaError>] {
        var texts: [UnsafePointer<CChar>?] = unsafe CStrings.copies(of: names)
        defer { unsafe CStrings.free(texts) }
        return try unsafe call(
            RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS,
            waitForCompletion: false,
            isForCoordinator: true,
            submit: { options, queue in
                unsafe rd_kafka_DescribeConsumerGroups(
                    client.raw,
                    &texts,
                    names.count,
                    options,
                    queue
                )
            },
            read: { event in
                let result = unsafe rd_kafka_event_DescribeConsumerGroups_result(event)
                var count = 0
                let groups = unsafe rd_kafka_DescribeConsumerGroups_result_groups(result, &count)
                var found: [String: Result<GroupDescription, KafkaError>] = [:]
                for index in 0..<count {
                    guard let group = unsafe groups?[index] else { continue }
                    let id = unsafe String(
                        cString: rd_kafka_ConsumerGroupDescription_group_id(group)
                    )
                    unsafe found[id] = Self.description(group, id)
                }
                return found
            }
        )
    }

    /// Deletes groups with their offsets.
    ///
    /// C: `rd_kafka_DeleteGroups`.
    /// - Throws: `KafkaError` when the call as a whole failed.
    public func deleteGroups(_ names: [String]) throws(KafkaError) -> [AdminOutcome] {
        guard !names.isEmpty else { return [] }
        try requireRealCluster("DeleteGroups")
        var requests: [OpaquePointer?] = unsafe names.map { unsafe rd_kafka_DeleteGroup_new($0) }
        defer { unsafe requests.forEach { unsafe rd_kafka_DeleteGroup_destroy($0) } }
        let count = unsafe requests.count
        return try unsafe call(
            RD_KAFKA_ADMIN_OP_DELETEGROUPS,
            isForCoordinator: true,
            submit: { options, queue in
                unsafe rd_kafka_DeleteGroups(client.raw, &requests, count, options, queue)
            },
            read: { event in
                var count = 0
                let result = unsafe rd_kafka_event_DeleteGroups_result(event)
                let groups = unsafe rd_kafka_DeleteGroups_result_groups(result, &count)
                return (0..<count).compactMap { index in
                    guard let group = unsafe groups?[index] else { return nil }
                    let error = unsafe rd_kafka_group_result_error(group)
                    return unsafe AdminOutcome(
                        name: String(cString: rd_kafka_group_result_name(group)),
                        error: error.map { unsafe KafkaError(rd_kafka_error_code($0)) }
                    )
                }
            }
        )
    }

    /// Does `body` again while a coordinator has still to be found, for as long as a call may take.
    func persist<Result>(
        _ body: () throws(KafkaError) -> Result
    ) throws(KafkaError) -> Result {
        let deadline = clock.now + timeout
        while true {
            do throws(KafkaError) { return try body() } catch {
                guard error.isAwaitingCoordinator, clock.now < deadline else { throw error }
                client.serve(waiting: .milliseconds(100))
            }
        }
    }

    private static func description(
        _ group: OpaquePointer,
        _ id: String
    ) -> Result<GroupDescription, KafkaError> {
        if let error = unsafe rd_kafka_ConsumerGroupDescription_error(group) {
            return unsafe .failure(
                KafkaError(
                    rd_kafka_error_code(error),
                    reason: LibraryText.plain(String(cString: rd_kafka_error_string(error)))
                )
            )
        }
        let count = unsafe rd_kafka_ConsumerGroupDescription_member_count(group)
        let members = (0..<count).compactMap { index -> GroupMemberDescription? in
            guard let member = unsafe rd_kafka_ConsumerGroupDescription_member(group, index) else {
                return nil
            }
            return unsafe Self.member(member)
        }
        let assignor = unsafe rd_kafka_ConsumerGroupDescription_partition_assignor(group)
        let coordinator = unsafe rd_kafka_ConsumerGroupDescription_coordinator(group)
        return .success(
            unsafe GroupDescription(
                id: id,
                state: stateName(rd_kafka_ConsumerGroupDescription_state(group)),
                type: GroupFunctions.descriptionType.flatMap { unsafe GroupType($0(group)) },
                assignor: assignor.map { unsafe String(cString: $0) } ?? "",
                coordinator: coordinator.map {
                    unsafe Broker(
                        id: Int32(clamping: rd_kafka_Node_id($0)),
                        host: String(cString: rd_kafka_Node_host($0)),
                        port: Int32(rd_kafka_Node_port($0))
                    )
                },
                members: members.sorted { ($0.clientID, $0.id) < ($1.clientID, $1.id) }
            )
        )
    }

    private static func member(_ member: OpaquePointer) -> GroupMemberDescription {
        func text(_ raw: UnsafePointer<CChar>?) -> String {
            unsafe raw.map { unsafe String(cString: $0) } ?? ""
        }
        func partitions(_ assignment: OpaquePointer?) -> [TopicPartition]? {
            guard let assignment = unsafe assignment else { return nil }
            var partitions: [TopicPartition] = []
            if let list = unsafe rd_kafka_MemberAssignment_partitions(assignment) {
                unsafe PartitionList.forEach(UnsafeMutablePointer(mutating: list)) {
                    partition,
                    _,
                    _ in partitions.append(partition)
                }
            }
            return partitions.sorted()
        }
        let instance = unsafe rd_kafka_MemberDescription_group_instance_id(member)
        return unsafe GroupMemberDescription(
            id: text(rd_kafka_MemberDescription_consumer_id(member)),
            instanceID: instance.map { unsafe String(cString: $0) },
            clientID: text(rd_kafka_MemberDescription_client_id(member)),
            host: Self.host(text(rd_kafka_MemberDescription_host(member))),
            assignment: partitions(rd_kafka_MemberDescription_assignment(member)) ?? [],
            target: GroupFunctions.target.flatMap { unsafe partitions($0(member)) }
        )
    }

    /// A broker writes an address as Java prints it: `/10.0.0.1`.
    private static func host(_ text: String) -> String {
        text.hasPrefix("/") ? String(text.dropFirst()) : text
    }

    private static func stateName(_ state: rd_kafka_consumer_group_state_t) -> String? {
        guard state != RD_KAFKA_CONSUMER_GROUP_STATE_UNKNOWN,
            let name = unsafe rd_kafka_consumer_group_state_name(state)
        else { return nil }
        return unsafe String(cString: name)
    }
}

extension GroupType {
    /// The type for the number in the header of librdkafka 2.6 and newer.
    fileprivate init?(_ number: Int32) {
        switch number {
        case 1: self = .consumer
        case 2: self = .classic
        default: return nil
        }
    }
}

/// Functions about groups that newer libraries have.
private enum GroupFunctions {
    typealias Number = @convention(c) (OpaquePointer) -> Int32

    static var listingType: Number? {
        unsafe Features.function("rd_kafka_ConsumerGroupListing_type", as: Number.self)
    }

    static var descriptionType: Number? {
        unsafe Features.function("rd_kafka_ConsumerGroupDescription_type", as: Number.self)
    }

    static var target: (@convention(c) (OpaquePointer) -> OpaquePointer?)? {
        unsafe Features.function(
            "rd_kafka_MemberDescription_target_assignment",
            as: (@convention(c) (OpaquePointer) -> OpaquePointer?).self
        )
    }
}
