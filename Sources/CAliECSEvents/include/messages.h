/* Every message of the schemas, since Swift cannot take the address of a C constant. */
#ifndef KCTL_ALIECS_MESSAGES_H
#define KCTL_ALIECS_MESSAGES_H

#include <protobuf-c/protobuf-c.h>

/* Descriptors in no order, then a null pointer. */
const ProtobufCMessageDescriptor *const *aliecs_messages(void);

#endif
