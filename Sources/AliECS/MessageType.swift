// The messages of AliECS, and which of them a topic carries.

/// A message of the schemas, by its short name.
public enum MessageType: String, CaseIterable, Sendable {
    /// Era 1: an environment enters or leaves a state.
    case newStateNotification = "NewStateNotification"
    /// Era 1: the environments that have a run.
    case activeRunsList = "ActiveRunsList"
    /// Era 1: an environment, as a part of the others.
    case envInfo = "EnvInfo"
    /// Era 2: everything that the core says.
    case event = "Event"
    /// The trigger processor's status.
    case status = "Status"
    /// A part of `Status`.
    case detectorInfo = "DetectorInfo"
    /// A part of `Event`: an environment's transition.
    case environmentEvent = "Ev_EnvironmentEvent"
    /// A part of `Event`: a task.
    case taskEvent = "Ev_TaskEvent"
    /// A part of `Event`: a role.
    case roleEvent = "Ev_RoleEvent"
    /// A part of `Event`: a call of a hook.
    case callEvent = "Ev_CallEvent"
    /// A part of `Event`: a call of a service.
    case integratedServiceEvent = "Ev_IntegratedServiceEvent"
    /// A part of `Event`: a run's transition.
    case runEvent = "Ev_RunEvent"
    /// A part of `Event`: Mesos.
    case frameworkEvent = "Ev_MetaEvent_FrameworkEvent"
    /// A part of `Event`: Mesos is alive.
    case mesosHeartbeat = "Ev_MetaEvent_MesosHeartbeat"
    /// A part of `Event`: the core has started.
    case coreStart = "Ev_MetaEvent_CoreStart"
    /// A part of `Event`: the LHC's beam mode.
    case beamModeEvent = "Ev_BeamModeEvent"
    /// A part of tasks and calls.
    case traits = "Traits"
    /// The user who asked for something.
    case user = "User"
    /// The workflow of an environment.
    case workflowTemplateInfo = "WorkflowTemplateInfo"
    /// The LHC's beams.
    case beamInfo = "BeamInfo"

    /// True when such a message stands alone in a record.
    public var isWhole: Bool {
        switch self {
        case .newStateNotification, .activeRunsList, .event, .status: true
        default: false
        }
    }
}
