// Every command, in the order of help.
// Adding one is one line here and one file beside the others.

import Arguments
import CommandKit
import Epics
import Output

/// The program: its commands and what holds for all of them.
let program = Program<AnyCommand>(
    name: "kctl",
    summary: "Work with Apache Kafka from the shell.",
    sections: [
        ExitStatus.section,
        Section(
            "Output",
            "Data goes to standard output, everything else to standard error. With --json every"
                + " command that prints data prints one JSON object a line.",
            "Of an option that is given twice the last one counts, unless it is a list."
        ),
        Section(
            "Environment",
            "KCTL_BOOTSTRAP_SERVERS: broker addresses, when --bootstrap-server is not given.",
            "KCTL_CONTEXT: the context of the configuration files, when --context is not given.",
            "XDG_CONFIG_HOME, HOME: where the user's own configuration file is: kctl config path.",
            "KCTL_X_NAME_WITH_UNDERSCORES: a librdkafka property; KCTL_X_LINGER_MS sets linger.ms.",
            "KCTL_PAGER, PAGER: the pager for help longer than the screen; without them, less."
                + " Empty: no pager.",
            "COLUMNS, LINES: the size of a terminal, when it differs from the terminal's own.",
            "NO_COLOR: when set, nothing is coloured or bold."
        ),
    ],
    json: [ErrorReport.json],
    habits: [
        // kcat's modes, and the actions of Kafka's own tools.
        Habit("-L", "topics list"),
        Habit("-C", "consume"),
        Habit("-P", "produce"),
        Habit("-Q", "topics offsets"),
        Habit("--list", "topics list"),
        Habit("--describe", "topics describe"),
        Habit("--create", "topics create"),
        Habit("--alter", "topics alter"),
        Habit("--delete", "topics delete"),
    ],
    minor: ["completion", "version"],
    nodes: [
        .group(
            GroupDescription(
                "topics",
                aliases: ["topic"],
                "List, create, change and delete topics."
            ),
            [
                .leaf(TopicsList.self),
                .leaf(TopicsCreate.self),
                .leaf(TopicsDescribe.self),
                .leaf(TopicsAlter.self),
                .leaf(TopicsDelete.self),
                .leaf(TopicsOffsets.self),
                .leaf(TopicsTrim.self),
                .leaf(TopicsExport.self),
                .leaf(TopicsDiff.self),
                .leaf(TopicsApply.self),
                .leaf(TopicsElectLeaders.self),
            ]
        ),
        .group(
            GroupDescription(
                "configs",
                "Show and change the configuration of topics and brokers."
            ),
            [
                .leaf(ConfigsDescribe.self),
                .leaf(ConfigsAlter.self),
            ]
        ),
        .group(
            GroupDescription(
                "acls",
                aliases: ["acl"],
                "List, create and delete ACLs."
            ),
            [
                .leaf(AclsList.self),
                .leaf(AclsCreate.self),
                .leaf(AclsDelete.self),
            ]
        ),
        .group(
            GroupDescription(
                "users",
                aliases: ["user"],
                "List, set and delete SCRAM users."
            ),
            [
                .leaf(UsersList.self),
                .leaf(UsersSet.self),
                .leaf(UsersDelete.self),
            ]
        ),
        .leaf(Produce.self),
        .leaf(Consume.self),
        .leaf(DecodeAliECS.self),
        .leaf(SetMonitored.self),
        .leaf(ListMonitored.self),
        .group(
            GroupDescription(
                "groups",
                aliases: ["group"],
                "List, describe, reset and delete consumer groups."
            ),
            [
                .leaf(GroupsList.self),
                .leaf(GroupsDescribe.self),
                .leaf(GroupsReset.self),
                .leaf(GroupsRestore.self),
                .leaf(GroupsCreate.self),
                .leaf(GroupsDelete.self),
                .leaf(GroupsDeleteOffsets.self),
                .leaf(GroupsCommit.self),
                .leaf(GroupsPeek.self),
            ]
        ),
        .group(
            GroupDescription(
                "cluster",
                aliases: ["clusters"],
                "Describe the cluster and check its health."
            ),
            [
                .leaf(ClusterDescribe.self),
                .leaf(ClusterHealth.self),
                .leaf(ClusterAPIVersions.self),
            ]
        ),
        .group(
            GroupDescription("perf", "Measure the throughput and latency of a cluster."),
            [
                .leaf(PerfProduce.self),
                .leaf(PerfConsume.self),
            ]
        ),
        .leaf(Check.self),
        .leaf(Sandbox.self),
        .group(
            GroupDescription(
                "config",
                "Manage contexts and show the origin of settings."
            ),
            [
                .leaf(ConfigExplain.self),
                .leaf(ConfigContexts.self),
                .leaf(ConfigUse.self),
                .leaf(ConfigPath.self),
                .leaf(ConfigCheck.self),
                .leaf(ConfigTrust.self),
                .leaf(ConfigInit.self),
                .leaf(ConfigAdd.self),
                .leaf(ConfigSet.self),
                .leaf(ConfigRemove.self),
                .leaf(ConfigRename.self),
                .leaf(ConfigFromProperties.self),
                .leaf(ConfigToProperties.self),
            ]
        ),
        .leaf(CompletionScript.self),
        .leaf(Version.self),
        .leaf(CompleteNames.self),
        .leaf(Generate.self),
    ]
)
