/* librdkafka's public header and its mock cluster; imported by KafkaCore alone. */
#pragma once
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
