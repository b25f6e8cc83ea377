/* The descriptor of each message, by its name. */
#include "messages.h"

#include "common.pb-c.h"
#include "ctp_status.pb-c.h"
#include "events.pb-c.h"
#include "kafka.pb-c.h"

const ProtobufCMessageDescriptor *const *aliecs_messages(void) {
    static const ProtobufCMessageDescriptor *const all[] = {
        &kafka__new_state_notification__descriptor,
        &kafka__active_runs_list__descriptor,
        &kafka__env_info__descriptor,
        &events__event__descriptor,
        &events__ev__environment_event__descriptor,
        &events__ev__task_event__descriptor,
        &events__ev__role_event__descriptor,
        &events__ev__call_event__descriptor,
        &events__ev__integrated_service_event__descriptor,
        &events__ev__run_event__descriptor,
        &events__ev__beam_mode_event__descriptor,
        &events__ev__meta_event__framework_event__descriptor,
        &events__ev__meta_event__mesos_heartbeat__descriptor,
        &events__ev__meta_event__core_start__descriptor,
        &events__traits__descriptor,
        &common__user__descriptor,
        &common__workflow_template_info__descriptor,
        &common__beam_info__descriptor,
        &ctp_status__status__descriptor,
        &ctp_status__detector_info__descriptor,
        NULL,
    };
    return all;
}
