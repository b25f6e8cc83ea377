# Which ports a cluster takes. Sourced by scripts/kafka, whose `port` and `brokers` it reads.
# shellcheck shell=bash
# shellcheck disable=SC2154

block_is_free() {
  local n offset
  for ((n = 1; n <= brokers; n++)); do
    for offset in 0 1 2 3 8 9; do
      ! answers "$(port_of "$n" $offset)" || return 1
    done
  done
}

lock_block() {
  local locks
  locks=${TMPDIR:-/tmp}/kctl-kafka-ports-$(id -u)
  mkdir -p "$locks"
  exec {port_lock}>"$locks/$port"
  flock -n "$port_lock" || { exec {port_lock}>&-; return 1; }
}

# take_ports: settles on a block of free ports. A lock, held until the brokers listen, keeps another
# start from choosing the same block meanwhile.
take_ports() {
  if [ "$port" != auto ]; then
    block_is_free || die "a port from $port to $(port_of "$brokers" 9) is in use" \
      "(--port auto finds free ones)"
    return 0
  fi
  local _
  for _ in {1..200}; do
    # Below the range that the kernel takes clients' ports from.
    port=$((20000 + RANDOM % 120 * 100))
    if lock_block; then
      block_is_free && return 0
      exec {port_lock}>&-
    fi
  done
  die "no free block of ports found"
}
