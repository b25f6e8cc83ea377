/* libprotobuf-c's header; imported by AliECS alone. */
#pragma once
#include <protobuf-c/protobuf-c.h>
