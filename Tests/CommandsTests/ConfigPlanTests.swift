// What a change makes of a configuration, before anything is sent.

import JSON
import Output
import Testing

@testable import CommandKit
@testable import Commands
@testable import KafkaCore

struct ConfigPlanTests {
    private static let topic = ConfigResource(.topic, "orders")

    private static let current = [
        ResourceConfig(
            ConfigEntry("cleanup.policy", "delete"),
            .standard,
            of: .topic,
            synonyms: [ConfigSynonym(ConfigEntry("log.cleanup.policy", "delete"), .standard)]
        ),
        ResourceConfig(
            ConfigEntry("retention.ms", "60000"),
            .dynamicTopic,
            of: .topic,
            synonyms: [
                ConfigSynonym(ConfigEntry("retention.ms", "60000"), .dynamicTopic),
                ConfigSynonym(ConfigEntry("log.retention.ms", "7"), .staticBroker),
            ]
        ),
        ResourceConfig(ConfigEntry("segment.ms", "5"), .dynamicTopic, of: .topic),
    ]

    private func plan(
        _ changes: ConfigChange...,
        from current: [ResourceConfig] = current,
        of resource: ConfigResource = topic
    ) throws(CommandError) -> ConfigPlan {
        try ConfigPlan(changes, to: resource, from: current, allowsUnknown: false)
    }

    @Test(arguments: [
        (ConfigChange(.set, "retention.ms", "1"), "60000", "1"),
        (ConfigChange(.set, "cleanup.policy", "delete"), "delete (default)", "delete"),
        (ConfigChange(.delete, "retention.ms"), "60000", "7 (static-broker)"),
        (ConfigChange(.delete, "segment.ms"), "5", "(inherited)"),
        (ConfigChange(.append, "cleanup.policy", "compact"), "delete (default)", "delete,compact"),
        (ConfigChange(.append, "cleanup.policy", " delete , x"), "delete (default)", "delete,x"),
        (ConfigChange(.subtract, "cleanup.policy", "delete"), "delete (default)", ""),
    ])
    func showsBeforeAndAfter(_ change: ConfigChange, _ old: String, _ new: String) throws {
        let rows = try plan(change).rows
        #expect(rows.map(\.cells) == [["orders", change.name, old, new]])
    }

    @Test(arguments: [
        ConfigChange(.set, "retention.ms", "60000"), ConfigChange(.delete, "cleanup.policy"),
        ConfigChange(.append, "cleanup.policy", "delete"),
        ConfigChange(.subtract, "cleanup.policy", "compact"),
    ])
    func whatIsSoAlreadyIsLeftAlone(_ change: ConfigChange) throws {
        let plan = try plan(change)
        #expect(plan.rows.isEmpty)
        #expect(plan.idle.count == 1)
    }

    @Test func aReplacementKeepsWhatIsNotNamed() throws {
        let plan = try plan(
            ConfigChange(.append, "cleanup.policy", "compact"),
            ConfigChange(.delete, "segment.ms")
        )
        #expect(
            try plan.replacement() == [
                ConfigEntry("retention.ms", "60000"),
                ConfigEntry("cleanup.policy", "delete,compact"),
            ]
        )
    }

    @Test func aSecretIsNeitherLostNorShown() throws {
        let broker = ConfigResource(.broker, "1")
        let secret = ResourceConfig(
            ConfigEntry("ssl.key.password", nil),
            .dynamicBroker,
            of: .broker,
            isSensitive: true
        )
        let threads = ResourceConfig(ConfigEntry("num.io.threads", "8"), .standard, of: .broker)
        let other = try plan(
            ConfigChange(.set, "num.io.threads", "9"),
            from: [secret, threads],
            of: broker
        )
        let refusal = #expect(throws: CommandError.self) { _ = try other.replacement() }
        #expect(refusal?.status == .failure)
        #expect(
            refusal?.report?.message.contains("the value of 'ssl.key.password' cannot be read")
                == true
        )
        #expect(refusal?.report?.hint?.contains("librdkafka 2.2") == true)

        let own = try plan(
            ConfigChange(.set, "ssl.key.password", "hidden"),
            from: [secret, threads],
            of: broker
        )
        #expect(try own.replacement() == [ConfigEntry("ssl.key.password", "hidden")])
        #expect(own.rows.map(\.cells) == [["1", "ssl.key.password", "(set)", "(set)"]])
        var json = JSONWriter()
        own.rows.first?.write(to: &json)
        #expect(!json.text.contains("hidden"))
    }

    @Test func anUnknownNameIsRefusedWithTheNearest() {
        let error = #expect(throws: CommandError.self) {
            _ = try plan(ConfigChange(.set, "retention.mss", "1"))
        }
        #expect(error?.status == .failure)
        #expect(error?.report?.hint == "did you mean 'retention.ms'?")
    }

    @Test func whatOthersChangedMeanwhileIsNoticed() throws {
        let plan = try plan(ConfigChange(.set, "retention.ms", "1"))
        var now = Self.current
        now[1] = ResourceConfig(ConfigEntry("retention.ms", "1"), .dynamicTopic, of: .topic)
        #expect(plan.isVisible(in: now))
        #expect(plan.disturbed(in: now).isEmpty)
        now[2] = ResourceConfig(ConfigEntry("segment.ms", "6"), .dynamicTopic, of: .topic)
        #expect(plan.disturbed(in: now) == ["segment.ms"])
        #expect(!plan.isVisible(in: Self.current))
    }

    @Test(arguments: [
        ("log.retention.hours", "168", "604800000"), ("log.retention.minutes", "2", "120000"),
        ("log.retention.ms", "7", "7"), ("log.retention.hours", "-1", "-1"),
    ])
    func whatIsNextInLineHasTheUnitOfTheEntry(_ name: String, _ value: String, _ new: String) throws
    {
        let config = ResourceConfig(
            ConfigEntry("retention.ms", "60000"),
            .dynamicTopic,
            of: .topic,
            synonyms: [
                ConfigSynonym(ConfigEntry("retention.ms", "60000"), .dynamicTopic),
                ConfigSynonym(ConfigEntry(name, value), .staticBroker),
            ]
        )
        let plan = try plan(ConfigChange(.delete, "retention.ms"), from: [config])
        #expect(plan.rows.first?.new == new)
    }

    @Test func aBrokerHasTakenBackWhatItNoLongerUses() throws {
        let broker = ConfigResource(.broker, "1")
        func config(_ value: String, _ source: ConfigSource) -> ResourceConfig {
            let standard = ConfigSynonym(ConfigEntry("max.connections", "9"), .standard)
            return ResourceConfig(
                ConfigEntry("max.connections", value),
                source,
                of: .broker,
                synonyms: [standard]
            )
        }
        let plan = try plan(
            ConfigChange(.delete, "max.connections"),
            from: [config("5", .dynamicBroker)],
            of: broker
        )
        #expect(!plan.isVisible(in: [config("5", .dynamicBroker)]))
        #expect(!plan.isVisible(in: [config("5", .standard)]))
        #expect(plan.isVisible(in: [config("9", .standard)]))
    }
}
