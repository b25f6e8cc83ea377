// The names of Kafka's requests, and which release first took which.

/// The requests of Kafka's protocol by their numbers.
public enum KafkaRequest {
    /// Returns the request's name as Kafka's own tools write it; nil for one that kctl does not
    /// know.
    public static func name(of key: Int16) -> String? {
        names.indices.contains(Int(key)) ? names[Int(key)] : nil
    }

    private static let names = [
        "Produce", "Fetch", "ListOffsets", "Metadata", "LeaderAndIsr", "StopReplica",
        "UpdateMetadata", "ControlledShutdown", "OffsetCommit", "OffsetFetch",  // 0 to 9
        "FindCoordinator", "JoinGroup", "Heartbeat", "LeaveGroup", "SyncGroup", "DescribeGroups",
        "ListGroups", "SaslHandshake", "ApiVersions", "CreateTopics",  // 10 to 19
        "DeleteTopics", "DeleteRecords", "InitProducerId", "OffsetForLeaderEpoch",
        "AddPartitionsToTxn", "AddOffsetsToTxn", "EndTxn", "WriteTxnMarkers", "TxnOffsetCommit",
        "DescribeAcls",  // 20 to 29
        "CreateAcls", "DeleteAcls", "DescribeConfigs", "AlterConfigs", "AlterReplicaLogDirs",
        "DescribeLogDirs", "SaslAuthenticate", "CreatePartitions", "CreateDelegationToken",
        "RenewDelegationToken",  // 30 to 39
        "ExpireDelegationToken", "DescribeDelegationToken", "DeleteGroups", "ElectLeaders",
        "IncrementalAlterConfigs", "AlterPartitionReassignments", "ListPartitionReassignments",
        "OffsetDelete", "DescribeClientQuotas", "AlterClientQuotas",  // 40 to 49
        "DescribeUserScramCredentials", "AlterUserScramCredentials", "Vote", "BeginQuorumEpoch",
        "EndQuorumEpoch", "DescribeQuorum", "AlterPartition", "UpdateFeatures", "Envelope",
        "FetchSnapshot",  // 50 to 59
        "DescribeCluster", "DescribeProducers", "BrokerRegistration", "BrokerHeartbeat",
        "UnregisterBroker", "DescribeTransactions", "ListTransactions", "AllocateProducerIds",
        "ConsumerGroupHeartbeat", "ConsumerGroupDescribe",  // 60 to 69
        "ControllerRegistration", "GetTelemetrySubscriptions", "PushTelemetry",
        "AssignReplicasToDirs", "ListConfigResources", "DescribeTopicPartitions",
        "ShareGroupHeartbeat", "ShareGroupDescribe", "ShareFetch", "ShareAcknowledge",  // 70 to 79
        "AddRaftVoter", "RemoveRaftVoter", "UpdateRaftVoter", "InitializeShareGroupState",
        "ReadShareGroupState", "WriteShareGroupState", "DeleteShareGroupState",
        "ReadShareGroupStateSummary", "StreamsGroupHeartbeat", "StreamsGroupDescribe",  // 80 to 89
        "DescribeShareGroupOffsets", "AlterShareGroupOffsets", "DeleteShareGroupOffsets",
    ]
}

extension Greeting {
    /// True when the cluster is controlled by a quorum of its own and not by ZooKeeper: it can
    /// describe that quorum.
    public var isOfQuorum: Bool { versions[55] != nil }

    /// The release of Apache Kafka that the broker is at least, by what it takes: `3.9`.
    ///
    /// A newer one that takes no more is not distinguished; nil before 2.3, and for what is no
    /// Kafka.
    public var atLeastRelease: String? {
        Self.marks.first { versions[$0.key].map { $0.upperBound } ?? -1 >= $0.version }?.release
    }

    /// The requests that no release before took, newest first.
    private static let marks: [(release: String, key: Int16, version: Int16)] = [
        ("4.2", 2, 11),  // ListOffsets
        ("4.1", 1, 18),  // Fetch
        ("4.0", 3, 13),  // Metadata
        ("3.9", 1, 17),  // Fetch
        ("3.8", 0, 11),  // Produce
        ("3.7", 1, 16),  // Fetch
        ("3.6", 24, 4),  // AddPartitionsToTxn
        ("3.5", 1, 15),  // Fetch
        ("3.3", 29, 3),  // DescribeAcls
        ("3.2", 11, 8),  // JoinGroup
        ("3.1", 1, 13),  // Fetch
        ("3.0", 2, 7),  // ListOffsets
        ("2.8", 60, 0),  // DescribeCluster
        ("2.7", 1, 12),  // Fetch
        ("2.6", 32, 3),  // DescribeConfigs
        ("2.5", 22, 3),  // InitProducerId
        ("2.4", 47, 0),  // OffsetDelete
        ("2.3", 44, 0),  // IncrementalAlterConfigs
    ]
}
