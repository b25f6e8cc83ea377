# Apache's own command-line tools, by the names of their scripts. Sourced by scripts/kafka.
# shellcheck shell=bash
# shellcheck disable=SC2154

# tool_class NAME: the class behind kafka-NAME.sh, which moved between versions.
tool_class() {
  local tools=org.apache.kafka.tools
  case $1:$version in
    topics:2.*) echo kafka.admin.TopicCommand ;;
    topics:*) echo $tools.TopicCommand ;;
    console-consumer:2.*) echo kafka.tools.ConsoleConsumer ;;
    console-consumer:*) echo $tools.consumer.ConsoleConsumer ;;
    console-producer:[23].*) echo kafka.tools.ConsoleProducer ;;
    console-producer:*) echo $tools.ConsoleProducer ;;
    consumer-groups:2.*) echo kafka.admin.ConsumerGroupCommand ;;
    consumer-groups:*) echo $tools.consumer.group.ConsumerGroupCommand ;;
    groups:*) echo $tools.GroupsCommand ;;
    console-share-consumer:*) echo $tools.consumer.ConsoleShareConsumer ;;
    share-groups:*) echo $tools.consumer.group.ShareGroupCommand ;;
    configs:*) echo kafka.admin.ConfigCommand ;;
    acls:[23].*) echo kafka.admin.AclCommand ;;
    acls:*) echo $tools.AclCommand ;;
    get-offsets:2.*) echo kafka.tools.GetOffsetShell ;;
    get-offsets:*) echo $tools.GetOffsetShell ;;
    delete-records:2.*) echo kafka.admin.DeleteRecordsCommand ;;
    delete-records:*) echo $tools.DeleteRecordsCommand ;;
    producer-perf-test:*) echo $tools.ProducerPerformance ;;
    consumer-perf-test:2.*) echo kafka.tools.ConsumerPerformance ;;
    consumer-perf-test:*) echo $tools.ConsumerPerformance ;;
    broker-api-versions:[23].*) echo kafka.admin.BrokerApiVersionsCommand ;;
    broker-api-versions:*) echo $tools.BrokerApiVersionsCommand ;;
    cluster:*) echo $tools.ClusterTool ;;
    leader-election:2.*) echo kafka.admin.LeaderElectionCommand ;;
    leader-election:*) echo $tools.LeaderElectionCommand ;;
    reassign-partitions:*) echo $tools.reassign.ReassignPartitionsCommand ;;
    log-dirs:*) echo $tools.LogDirsCommand ;;
    transactions:*) echo $tools.TransactionsCommand ;;
    verifiable-producer:*) echo $tools.VerifiableProducer ;;
    verifiable-consumer:*) echo $tools.VerifiableConsumer ;;
    *.*:*) echo "$1" ;;
    *) misuse "tool: unknown $1" ;;
  esac
}

tool() {
  local class options
  [ ${#rest[@]} -gt 0 ] || misuse "tool: which? for example topics"
  need_java
  find_home "$asked_version"
  class=$(tool_class "${rest[0]}")
  read -ra options <<<"${KAFKA_JVM_OPTS:-}"
  java_run warn -Xmx512m "${options[@]}" "$class" "${rest[@]:1}"
}
