# Where a Kafka distribution comes from: KAFKA_HOME, a folder beside the repository, the cache, or
# an Apache release that is downloaded into the cache. Sourced by scripts/kafka.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154

kafka_cache=${KAFKA_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/kctl/kafka}
apache_archive=https://archive.apache.org/dist/kafka

# version_of HOME: the Kafka version that its jars are of; nothing where there are none.
version_of() {
  local jar
  for jar in "$1"/libs/kafka_2.1[0-9]-[0-9]*.jar; do
    jar=${jar##*/kafka_2.1?-}
    jar=${jar%.jar}
    if [[ $jar =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]]; then
      echo "$jar"
      return 0
    fi
  done
}

# sum_in FILE NAME: the SHA-512 that FILE gives for NAME, in lower case. Apache has published sums
# as gpg prints them (name, colon, groups of upper-case digits over several lines), as sha512sum
# does (digits, name) and as BSD does (name in brackets, equals sign, digits).
sum_in() {
  local sum
  sum=$(sed -e 's/^.*[:=]//' -e "s/[[:space:]]\{1,\}\**$2[[:space:]]*\$//" "$1" |
    tr -d ' \t\r\n' | tr A-F a-f)
  [[ $sum =~ ^[0-9a-f]{128}$ ]] || return 1
  echo "$sum"
}

# download URL FILE: whole or not at all. Plain HTTP is for a mirror that the user named.
download() {
  local protocols='=https'
  [ -z "${KAFKA_MIRROR:-}" ] || protocols='=http,https'
  curl --fail --location --silent --show-error --proto "$protocols" --retry 2 \
    --connect-timeout 20 --speed-limit 1000 --speed-time 60 --output "$2" "$1"
}

# install_release VERSION: downloads it into the cache. Only a whole and checked distribution gets
# its name there: everything before that happens in a folder that is removed on every way out.
install_release() (
  version=$1 name=kafka_2.13-$1
  base=${KAFKA_MIRROR:-$apache_archive}/$version
  command -v curl >/dev/null || die "curl not found; install it to download Kafka $version"
  mkdir -p "$kafka_cache"
  partial=$(mktemp -d "$kafka_cache/.partial-XXXXXX")
  trap 'rm -rf "$partial"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  note "downloading $base/$name.tgz"
  download "$base/$name.tgz.sha512" "$partial/sum" ||
    die "no checksum for Kafka $version at $base (KAFKA_HOME names a distribution to use instead)"
  expected=$(sum_in "$partial/sum" "$name.tgz") || die "$base/$name.tgz.sha512 holds no SHA-512"
  download "$base/$name.tgz" "$partial/tgz" || die "cannot download $base/$name.tgz"
  actual=$(sha512sum "$partial/tgz")
  [ "${actual%% *}" = "$expected" ] ||
    die "$base/$name.tgz has the wrong SHA-512; the download is refused and removed"
  tar -xzf "$partial/tgz" -C "$partial" --no-same-owner || die "cannot unpack $name.tgz"
  [ "$(version_of "$partial/$name")" = "$version" ] || die "$name.tgz holds no Kafka $version"
  # Another run may have put it there meanwhile; -T makes this a rename that then fails.
  mv -T "$partial/$name" "$kafka_cache/$version" 2>/dev/null ||
    [ -d "$kafka_cache/$version/libs" ] || die "cannot write $kafka_cache/$version"
)

# find_home [VERSION]: sets `home` and `version`, downloading when there is no other way.
# Without VERSION the one in KAFKA_HOME, else the default.
find_home() {
  local asked=${1:-} candidate
  if [ -n "${KAFKA_HOME:-}" ]; then
    version=$(version_of "$KAFKA_HOME")
    [ -n "$version" ] || die "KAFKA_HOME=$KAFKA_HOME holds no Kafka distribution"
    home=$KAFKA_HOME
    [ -n "$asked" ] && [ "$asked" != "$version" ] || return 0
  fi
  version=${asked:-$default_version}
  for candidate in "$root/../shared/kafka/$version" "$kafka_cache/$version"; do
    if [ -n "$(version_of "$candidate")" ]; then
      home=$(cd "$candidate" && pwd)
      return 0
    fi
  done
  install_release "$version" || exit $?
  home=$kafka_cache/$version
}
