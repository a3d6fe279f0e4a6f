/**
 * Names of operations by opnum, as Zeek's dce_rpc.log prints them; where Zeek knows none, as the interface's
 * Open Specification does. Of each interface the names are in order from opnum 0, `-` where there is none.
 */
import { DOMAIN_OPERATIONS } from './rpc-operations-domain.js';
import { SYSTEM_OPERATIONS } from './rpc-operations-system.js';

/** DCOM: opnums 0-2 are IUnknown's, which no call on the wire has. */
const UNKNOWN = 'QueryInterface AddRef Release';
/** Automation interfaces: 3-6 are IDispatch's. */
const DISPATCH = `${UNKNOWN} GetTypeInfoCount GetTypeInfo GetIDsOfNames Invoke`;

/** [MS-DCOM] §3.1.1.5.6, [MS-WMI] §3.1.4, [MS-PLA] §3.2.4. */
const DCOM_OPERATIONS: readonly (readonly [string, string])[] = [
  [
    '99fcfec4-5260-101b-bbcb-00aa0021347a',
    'ResolveOxid SimplePing ComplexPing ServerAlive ResolveOxid2 ServerAlive2',
  ],
  ['4d9f4ab8-7d1c-11cf-861e-0020af6e7c57', 'RemoteActivation'],
  [
    '000001a0-0000-0000-c000-000000000046',
    `QueryInterfaceIRemoteSCMActivator AddRefIRemoteISCMActivator ReleaseIRemoteISCMActivator
    RemoteGetClassObject RemoteCreateInstance`,
  ],
  ['00000131-0000-0000-c000-000000000046', `${UNKNOWN} RemQueryInterface RemAddRef RemRelease`],
  [
    '00000143-0000-0000-c000-000000000046',
    `${UNKNOWN} RemQueryInterface RemAddRef RemRelease RemQueryInterface2`,
  ],
  ['00020400-0000-0000-c000-000000000046', DISPATCH],
  [
    'f309ad18-d86a-11d0-a075-00c04fb68820',
    `${UNKNOWN} EstablishPosition RequestChallenge WBEMLogin NTLMLogin`,
  ],
  ['d4781cd6-e5d3-44df-ad94-930efe48a887', `${UNKNOWN} SetClientInfo`],
  ['9f6c78ef-fce5-42fa-abea-3e7df91921dc', `${UNKNOWN} SetClientInfoEx`],
  [
    '9556dc99-828c-11cf-a37e-00aa003240c7',
    `${UNKNOWN} OpenNamespace CancelAsyncCall QueryObjectSink GetObject GetObjectAsync PutClass PutClassAsync
    DeleteClass DeleteClassAsync CreateClassEnum CreateClassEnumAsync PutInstance PutInstanceAsync DeleteInstance
    DeleteInstanceAsync CreateInstanceEnum CreateInstanceEnumAsync ExecQuery ExecQueryAsync ExecNotificationQuery
    ExecNotificationQueryAsync ExecMethod ExecMethodAsync`,
  ],
  ['7c857801-7381-11cf-884d-00aa004b2e24', `${UNKNOWN} Indicate SetStatus`],
  ['027947e1-d731-11ce-a357-000000000001', `${UNKNOWN} Reset Next NextAsync Clone Skip`],
  [
    '44aca675-e8fc-11d0-a07c-00c04fb68820',
    `${UNKNOWN} GetResultObject GetResultString GetResultServices GetCallStatus`,
  ],
  ['1c1c45ee-4395-11d2-b60b-00104b703efd', `${UNKNOWN} GetSmartEnum`],
  ['423ec01e-2e35-11d2-b604-00104b703efd', `${UNKNOWN} Next`],
  ['541679ab-2e5f-11d3-b34e-00104bcc4b4a', `${UNKNOWN} SetEvent`],
  ['c49e32c7-bc8b-11d2-85d4-00105a1f8304', `${UNKNOWN} Backup Restore`],
  ['c49e32c6-bc8b-11d2-85d4-00105a1f8304', `${UNKNOWN} Backup Restore Pause Resume`],
  ['f1e9c5b2-f59b-11d2-b362-00105a1f8177', `${UNKNOWN} RemoteRefresh StopRefreshing Opnum5NotUsedOnWire`],
  [
    '2c9273e0-1dc3-11d3-b364-00105a1f8177',
    `${UNKNOWN} AddObjectToRefresher AddObjectToRefresherByTemplate AddEnumToRefresher RemoveObjectFromRefresher
    GetRemoteRefresher ReconnectRemoteRefresher`,
  ],
  [
    '03837520-098b-11d8-9414-505054503030',
    `${DISPATCH} get_DataCollectors get_Duration put_Duration get_Description put_Description
    get_DescriptionUnresolved get_DisplayName put_DisplayName get_DisplayNameUnresolved get_Keywords put_Keywords
    get_LatestOutputLocation put_LatestOutputLocation get_Name get_OutputLocation get_RootPath put_RootPath
    get_Segment put_Segment get_SegmentMaxDuration put_SegmentMaxDuration get_SegmentMaxSize put_SegmentMaxSize
    get_SerialNumber put_SerialNumber get_Server get_Status get_Subdirectory put_Subdirectory
    get_SubdirectoryFormat put_SubdirectoryFormat get_SubdirectoryFormatPattern put_SubdirectoryFormatPattern
    get_Task put_Task get_TaskRunAsSelf put_TaskRunAsSelf get_TaskArguments put_TaskArguments
    get_TaskUserTextArguments put_TaskUserTextArguments get_Schedules get_SchedulesEnabled put_SchedulesEnabled
    get_UserAccount get_Xml get_Security put_Security get_StopOnCompletion put_StopOnCompletion
    get_DataManager SetCredentials Query Commit Delete Start Stop SetXml SetValue GetValue`,
  ],
  [
    '03837524-098b-11d8-9414-505054503030',
    `${DISPATCH} get_Count get_Item get__NewEnum Add Remove Clear AddRange GetDataCollectorSets`,
  ],
];

const OPERATIONS: ReadonlyMap<string, readonly string[]> = new Map(
  [...DCOM_OPERATIONS, ...DOMAIN_OPERATIONS, ...SYSTEM_OPERATIONS].map(([uuid, names]) => [
    uuid,
    names.split(/\s+/).map((name) => (name === '-' ? '' : name)),
  ]),
);

const NO_OPERATIONS: readonly string[] = [];

/** Names of an interface's operations by opnum, '' = none. `uuid` in lower case. */
export function operationsOf(uuid: string): readonly string[] {
  return OPERATIONS.get(uuid) ?? NO_OPERATIONS;
}

/** Name of an operation, '' = unknown. `uuid` in lower case. */
export function operationName(uuid: string, opnum: number): string {
  return OPERATIONS.get(uuid)?.[opnum] ?? '';
}

/** The `operation` column of Zeek's dce_rpc.log, with its own word for two methods. */
export function zeekOperation(uuid: string, opnum: number): string {
  if (uuid === '9556dc99-828c-11cf-a37e-00aa003240c7') {
    if (opnum === 16) return 'DeleteClass';
    if (opnum === 17) return 'DeleteClassAsync';
  }
  const name = operationName(uuid, opnum);
  return name === '' ? `unknown-${opnum}` : name;
}
