# What a cluster is started from: certificates and one properties file a broker. Sourced by
# scripts/kafka, whose `dir`, `port`, `brokers`, `acls`, `zookeeper` and `settings` it reads.
# shellcheck shell=bash
# shellcheck disable=SC2154

users="admin alice bob"

# port_of N [OFFSET]: broker N's ports are a block of ten.
port_of() {
  echo $((port + 10 * ($1 - 1) + ${2:-0}))
}

# Two authorities, one of them trusted by nobody, a certificate each for broker and client, and one
# for the broker that has expired.
# Elliptic-curve keys, because making RSA keys takes longer than all the rest of this.
make_certificates() (
  mkdir -p "$dir/tls"
  cd "$dir/tls" || exit
  local key=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes) name subject days
  for name in ca other-ca; do
    openssl req -x509 "${key[@]}" -days 30 -subj "/CN=kctl test $name" \
      -keyout $name.key -out $name.pem
  done
  echo 'subjectAltName=DNS:localhost,IP:127.0.0.1' >names
  for name in broker client expired; do
    subject=/CN=localhost days=30
    [ $name != client ] || subject=/CN=client
    [ $name != expired ] || days=-1
    openssl req "${key[@]}" -subj "$subject" -keyout $name.key -out $name.csr
    openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days $days \
      -extfile names -out $name.pem
    openssl pkcs12 -export -in $name.pem -inkey $name.key -certfile ca.pem -name $name \
      -passout pass:changeit -out $name.p12
  done
) >"$dir/tls.log" 2>&1

# jaas MECHANISM-CLASS [OPTIONS]: a login module as Kafka's properties take it.
jaas() {
  echo "org.apache.kafka.common.security.$1 required${2:-};"
}

plain_users() {
  local user
  for user in $users; do printf ' user_%s="%s-secret"' "$user" "$user"; done
}

scram_credentials() { # scram_credentials USER: as kafka-configs --add-config takes them
  echo "SCRAM-SHA-256=[password=$1-secret],SCRAM-SHA-512=[password=$1-secret]"
}

# The listeners of broker N, in the order of their ports.
listeners_of() {
  local offset=0 name
  for name in PLAINTEXT SSL SASL_PLAINTEXT SASL_SSL; do
    printf '%s://127.0.0.1:%s,' $name "$(port_of "$1" $offset)"
    offset=$((offset + 1))
  done
}

# Where broker N takes part in the cluster: through ZooKeeper, or as a KRaft node that is both
# broker and controller. Controllers are odd in number: with two, either one's end would leave none.
write_membership() {
  local n=$1 listeners=$2 controllers=$((brokers - 1 + brokers % 2)) voters="" i
  if [ "$zookeeper" = yes ]; then
    echo "broker.id=$n"
    echo "zookeeper.connect=127.0.0.1:$(port_of 1 8)"
    echo "listeners=$listeners"
    echo "authorizer.class.name=kafka.security.authorizer.AclAuthorizer"
    return
  fi
  for ((i = 1; i <= controllers; i++)); do voters+="$i@127.0.0.1:$(port_of $i 9),"; done
  if [ "$n" -le $controllers ]; then
    echo "process.roles=broker,controller"
    echo "listeners=$listeners,CONTROLLER://127.0.0.1:$(port_of "$n" 9)"
  else
    echo "process.roles=broker"
    echo "listeners=$listeners"
  fi
  echo "node.id=$n"
  echo "controller.quorum.voters=${voters%,}"
  echo "controller.listener.names=CONTROLLER"
  # A broker that was killed is registered again only when its old session has ended, and a machine
  # with much else to do may need several elections first.
  echo "initial.broker.registration.timeout.ms=600000"
  printf 'listener.security.protocol.map=CONTROLLER:PLAINTEXT'
  printf ',%s:%s' PLAINTEXT PLAINTEXT SSL SSL SASL_PLAINTEXT SASL_PLAINTEXT SASL_SSL SASL_SSL
  echo
  echo "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer"
}

write_security() {
  echo "ssl.keystore.type=PKCS12"
  echo "ssl.keystore.location=$dir/tls/broker.p12"
  echo "ssl.keystore.password=changeit"
  echo "ssl.key.password=changeit"
  echo "ssl.truststore.type=PEM"
  echo "ssl.truststore.location=$dir/tls/ca.pem"
  echo "ssl.client.auth=requested"
  echo "sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER"
  local listener prefix mechanism
  for listener in sasl_plaintext sasl_ssl; do
    prefix=listener.name.$listener
    echo "$prefix.plain.sasl.jaas.config=$(jaas plain.PlainLoginModule "$(plain_users)")"
    for mechanism in scram-sha-256 scram-sha-512; do
      echo "$prefix.$mechanism.sasl.jaas.config=$(jaas scram.ScramLoginModule)"
    done
    # Any token is taken at its word, signed or not, as long as it is valid.
    echo "$prefix.oauthbearer.sasl.jaas.config=$(jaas oauthbearer.OAuthBearerLoginModule \
      ' unsecuredLoginStringClaim_sub="broker"')"
  done
  echo "super.users=User:admin;User:ANONYMOUS"
  [ "$acls" = yes ] || echo "allow.everyone.if.no.acl.found=true"
}

# write_properties N: broker N's properties file. Later lines win, so `--set` comes last.
write_properties() {
  local n=$1 listeners copies=$brokers
  listeners=$(listeners_of "$n")
  listeners=${listeners%,}
  [ "$copies" -le 3 ] || copies=3
  {
    write_membership "$n" "$listeners"
    echo "advertised.listeners=$listeners"
    echo "inter.broker.listener.name=PLAINTEXT"
    echo "log.dirs=$dir/data-$n"
    echo "num.partitions=1"
    echo "default.replication.factor=$copies"
    echo "offsets.topic.replication.factor=$copies"
    echo "offsets.topic.num.partitions=4"
    echo "transaction.state.log.replication.factor=$copies"
    echo "transaction.state.log.min.isr=1"
    echo "transaction.state.log.num.partitions=4"
    echo "share.coordinator.state.topic.replication.factor=$copies"
    echo "share.coordinator.state.topic.min.isr=1"
    echo "group.initial.rebalance.delay.ms=0"
    echo "delete.topic.enable=true"
    # What tests write is often years old: half a minute after its start, and then every five, a
    # broker would delete it under whatever reads.
    echo "log.retention.ms=-1"
    write_security
    [ ${#settings[@]} = 0 ] || printf '%s\n' "${settings[@]//\{dir\}/$dir}"
  } >"$dir/broker-$n.properties"
}

write_zookeeper_properties() {
  cat >"$dir/zookeeper.properties" <<END
dataDir=$dir/zookeeper
clientPort=$(port_of 1 8)
clientPortAddress=127.0.0.1
admin.enableServer=false
maxClientCnxns=0
END
}
