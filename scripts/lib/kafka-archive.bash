# A class archive (CDS) of a Kafka: with it a JVM starts in half the time, and with half the work.
# Sourced by scripts/kafka.
# shellcheck shell=bash
# shellcheck disable=SC2154

# archive_file: where the archive of `home` and the java on PATH is, whether or not it exists. Another
# Java or another folder has another one; a JVM ignores an archive that does not fit.
archive_file() {
  local java sum
  java=$(realpath "$(command -v java)")
  sum=$({ echo "$java $home"; cat "${java%/bin/java}/release" 2>/dev/null || true; } | cksum)
  echo "$kafka_cache/classes/$version-${sum%% *}.jsa"
}

# note_classes NAME: the JVM option that has the classes listed that are loaded.
note_classes() {
  echo "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:DumpLoadedClassList=$lists/$1"
}

# listed_tool NAME ARGS...: runs a tool for the sake of its classes.
listed_tool() {
  local name=$1
  shift
  rest=("$name" --bootstrap-server "127.0.0.1:$(port_of 1)" "$@")
  (KAFKA_JVM_OPTS=$(note_classes "$name") tool) >>"$dir/tools.log" 2>&1 </dev/null || fail_with_log tools "$name failed"
}

# write_archive FILE: of what a broker and the tools that tests use most load.
write_archive() {
  local lists=$dir/lists partial
  mkdir "$lists"
  KAFKA_JVM=$(note_classes broker) start
  listed_tool topics --create --topic t
  listed_tool consumer-groups --list
  listed_tool console-consumer --topic t --timeout-ms 1
  # The list is whole only when the broker has ended by itself.
  signal TERM "$dir/broker-1.pid"
  while alive "$dir/broker-1.pid"; do sleep 0.05; done
  # Each class once, without the numbers that newer versions of Java add.
  sed -e '/^#/d' -e 's/ id: [0-9]*$//' "$lists"/* | awk '!seen[$0]++' >"$lists/all"
  mkdir -p "$(dirname "$1")"
  partial=$(mktemp "$(dirname "$1")/.partial-XXXXXX")
  rm "$partial"
  java -Xshare:dump -XX:+UseSerialGC "-XX:SharedClassListFile=$lists/all" \
    "-XX:SharedArchiveFile=$partial" -cp "$home/libs/*" >"$dir/dump.log" 2>&1 </dev/null ||
    { rm -f "$partial"; fail_with_log dump "no class archive"; }
  mv "$partial" "$1"
}
