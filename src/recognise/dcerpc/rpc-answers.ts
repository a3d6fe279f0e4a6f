/**
 * What is worth reading in the stubs of which interface: everything else is passed by its length.
 */
import { EPMAPPER_UUID, EptOpnum } from './epm.js';
import {
  E_ACCESSDENIED,
  ERROR_ACCESS_DENIED,
  STATUS_ACCESS_DENIED,
  WBEM_E_ACCESS_DENIED,
} from './rpc-status.js';

const Answers = { Plain: 0, EndpointMapper: 1, ObjectExporter: 2, ScmActivator: 3, Activation: 4 } as const;

/** What the last word of an answer is. */
const Status = { None: 0, Win32: 1, NtStatus: 2, HResult: 3 } as const;

/** How one answer is read. */
export const Reading = { None: 0, Towers: 1, Bindings: 2, Status: 3 } as const;

const INTERFACES: ReadonlyMap<string, number> = new Map([
  [EPMAPPER_UUID, Answers.EndpointMapper],
  ['99fcfec4-5260-101b-bbcb-00aa0021347a', Answers.ObjectExporter],
  ['000001a0-0000-0000-c000-000000000046', Answers.ScmActivator],
  ['4d9f4ab8-7d1c-11cf-861e-0020af6e7c57', Answers.Activation],
]);

/** Interfaces of which every method's answer ends with a status. */
const STATUS: ReadonlyMap<string, number> = new Map([
  // [MS-SCMR], [MS-RRP], [MS-SRVS], [MS-WKST], [MS-EVEN6], [MS-DSSP], [MS-DNSP]: Win32
  ['367abb81-9844-35f1-ad32-98f038001003', Status.Win32],
  ['338cd001-2244-31f1-aaaa-900038001003', Status.Win32],
  ['4b324fc8-1670-01d3-1278-5a47bf6ee188', Status.Win32],
  ['6bffd098-a112-3610-9833-46c3f87e345a', Status.Win32],
  ['f6beaff7-1e19-4fbb-9f8f-b89e2018337c', Status.Win32],
  ['3919286a-b10c-11d0-9ba8-00c04fd92ef5', Status.Win32],
  ['50abc2a4-574d-40b3-9d66-ee4fd5fba076', Status.Win32],
  // [MS-SAMR], [MS-LSAD], [MS-EVEN]: NTSTATUS
  ['12345778-1234-abcd-ef00-0123456789ac', Status.NtStatus],
  ['12345778-1234-abcd-ef00-0123456789ab', Status.NtStatus],
  ['82273fdc-e32a-18c3-3f78-827929dc23ea', Status.NtStatus],
  // [MS-DCOM], [MS-TSCH], [MS-PLA]: HRESULT
  ['000001a0-0000-0000-c000-000000000046', Status.HResult],
  ['4d9f4ab8-7d1c-11cf-861e-0020af6e7c57', Status.HResult],
  ['00000131-0000-0000-c000-000000000046', Status.HResult],
  ['00000143-0000-0000-c000-000000000046', Status.HResult],
  ['86d35949-83c9-4044-b424-db363231fd0c', Status.HResult],
  ['03837520-098b-11d8-9414-505054503030', Status.HResult],
  // [MS-WMI] §2.2.11
  ['f309ad18-d86a-11d0-a075-00c04fb68820', Status.HResult],
  ['d4781cd6-e5d3-44df-ad94-930efe48a887', Status.HResult],
  ['9556dc99-828c-11cf-a37e-00aa003240c7', Status.HResult],
  ['027947e1-d731-11ce-a357-000000000001', Status.HResult],
  ['1c1c45ee-4395-11d2-b60b-00104b703efd', Status.HResult],
  ['423ec01e-2e35-11d2-b604-00104b703efd', Status.HResult],
]);

/** Longest stub of which only the last word is looked at. */
export const MAX_STATUS_STUB = 1_024;

/** What kind of answers an interface gives; only for `readingOf`. */
export function answersOf(uuid: string): number {
  return INTERFACES.get(uuid) ?? Answers.Plain;
}

/** What kind of status ends an interface's answers; only for `readingOf` and `saysDenied`. */
export function statusOf(uuid: string): number {
  return STATUS.get(uuid) ?? Status.None;
}

/** Whether the last word of an answer says that the caller may not do this. */
export function saysDenied(kind: number, word: number): boolean {
  switch (kind) {
    case Status.Win32:
      return word === ERROR_ACCESS_DENIED;
    case Status.NtStatus:
      return word === STATUS_ACCESS_DENIED;
    case Status.HResult:
      return word === E_ACCESSDENIED || word === WBEM_E_ACCESS_DENIED;
    default:
      return false;
  }
}

/** What of the answer to a call is read. */
export function readingOf(answers: number, status: number, opnum: number): number {
  switch (answers) {
    case Answers.EndpointMapper:
      return opnum === EptOpnum.Map || opnum === EptOpnum.Lookup ? Reading.Towers : Reading.None;
    case Answers.ObjectExporter:
      // ResolveOxid, ResolveOxid2
      return opnum === 0 || opnum === 4 ? Reading.Bindings : Reading.None;
    case Answers.ScmActivator:
      // RemoteGetClassObject, RemoteCreateInstance
      return opnum === 3 || opnum === 4 ? Reading.Bindings : Reading.None;
    case Answers.Activation:
      // RemoteActivation
      return opnum === 0 ? Reading.Bindings : Reading.None;
    default:
      return status === Status.None ? Reading.None : Reading.Status;
  }
}
