# JVMs on a Kafka distribution, as processes that are known again later: started, awaited, signalled
# and ended. Sourced by scripts/kafka, whose `home` and `dir` it reads.
# shellcheck shell=bash
# shellcheck disable=SC2154

# java_run LEVEL OPTIONS... CLASS ARGS...: becomes a JVM on the distribution's jars.
java_run() {
  local level=$1 archive
  shift
  archive=$(archive_file)
  [ ! -e "$archive" ] || set -- "-XX:SharedArchiveFile=$archive" "-Xlog:cds*=off" "$@"
  exec ${detached:+setsid} java -Xshare:auto "-Dkctl.log=$level" \
    "-Dlog4j.configuration=file:$root/scripts/lib/log4j.properties" \
    "-Dlog4j2.configurationFile=$root/scripts/lib/log4j2.properties" \
    -cp "$home/libs/*" "$@"
}

# A process is known by its number and its start time: numbers are used again.
start_time() {
  local stat
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  # shellcheck disable=SC2086 # split on purpose: the fields after the name in brackets
  set -- ${stat##*) }
  [ "$1" != Z ] || return 1
  echo "${20}"
}

alive() { # alive PIDFILE
  local pid started
  { read -r pid started <"$1"; } 2>/dev/null && [ "$(start_time "$pid")" = "$started" ]
}

signal() { # signal NAME PIDFILE: only a process of ours
  local pid
  alive "$2" || return 1
  read -r pid _ <"$2"
  kill "-$1" "$pid"
}

end() { # end PIDFILE...: kill and wait until they are gone
  local file
  for file in "$@"; do signal KILL "$file" 2>/dev/null || true; done
  for file in "$@"; do
    while alive "$file"; do sleep 0.02; done
    rm -f "$file"
  done
}

# launch NAME CLASS ARGS...: a JVM in a session of its own, so that a terminal's ^C does not reach
# it; its log is NAME.log and its process NAME.pid.
launch() {
  local name=$1 options
  shift
  read -ra options <<<"${KAFKA_JVM--XX:+UseG1GC}"
  (
    [ -z "${port_lock:-}" ] || exec {port_lock}>&-
    detached=yes
    # Every thread that has once moved a large record would keep a buffer of its size.
    java_run info -Xms256m "-Xmx${KAFKA_HEAP:-768m}" "${options[@]}" \
      -Djdk.nio.maxCachedBufferSize=2097152 \
      -Dorg.apache.kafka.automatic.config.providers= "$@"
  ) >>"$dir/$name.log" 2>&1 </dev/null &
  echo "$! $(start_time $!)" >"$dir/$name.pid"
  # The shell would announce that it was killed.
  disown
}

# fail_with_log NAME MESSAGE: the end of a log, because the folder is about to be removed.
fail_with_log() {
  tail -n 20 "$dir/$1.log" >&2
  die "$2"
}

answers() { # answers PORT
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# wait_for NAME TEST...: until TEST holds, while the process lives.
wait_for() {
  local name=$1 limit=$((SECONDS + 300))
  shift
  until "$@"; do
    alive "$dir/$name.pid" || fail_with_log "$name" "$name ended"
    [ $SECONDS -lt $limit ] || fail_with_log "$name" "$name is not ready after five minutes"
    sleep 0.05
  done
}
