/**
 * The activation of WMI by DCOM: RemoteCreateInstance on 135, whose answer names the port to go on with.
 *
 * Normative: [MS-DCOM] §2.2.13 (ORPCTHIS, ORPCTHAT), §2.2.18 (OBJREF), §2.2.19 (DUALSTRINGARRAY), §2.2.22
 * (activation properties), §3.1.2.5.2.3.3 (RemoteCreateInstance); [MS-WMI] §3.1.1 (class and interface).
 *
 *   ORPCTHIS | pointer | size twice | 'MEOW' custom object reference | total size | custom header | properties ...
 *   property and custom header: | 01 10 08 00 CCCCCCCC | length u32 | 0 | NDR | padding to 8 |
 */
import { concat, hex, le16, le32, text, utf16, uuid, zeros } from '../craft/bytes.js';
import { request, response } from './dce-rpc.js';

const REMOTE_CREATE_INSTANCE = 4;
const TCP_TOWER = 7;
const NO_AUTHORIZATION_SERVICE = 0xffff;
/** RPC_C_AUTHN_GSS_NEGOTIATE, RPC_C_AUTHN_WINNT, RPC_C_AUTHN_GSS_KERBEROS. */
const AUTHENTICATION_SERVICES = [9, 10, 16];
const ObjRef = { Standard: 1, Custom: 4 } as const;
const NULL = le32(0);
/** DCOM 5.7 */
const VERSION = le16(5, 7);
const CLASS_CONTEXT = 0x14;
const IMPERSONATE = 2;
const AUTHN_LEVEL_PKT = 4;
const DIFFERENT_MACHINE = 2;

const WBEM_CLASS = uuid('8bc3f05e-d86b-11d0-a075-00c04fb68820');
const WBEM_INTERFACE = uuid('f309ad18-d86a-11d0-a075-00c04fb68820');
const CAUSALITY = uuid('5b0c1e77-40d2-4c5e-9a44-2f1d6c83be10');
const OBJECT_IPID = uuid('0000e802-0a1c-0000-6f1d-3c527a104c1e');
const REM_UNKNOWN_IPID = uuid('0000e800-0a1c-0000-9b55-2f0a1c9e8d41');
const OXID = hex('aac8ff36840f0fb5');
const OID = hex('e86b39290073 83e1');

/** Ids of activation properties share all but their first part. */
const dcomId = (first: string): Uint8Array => uuid(`${first}-0000-0000-c000-000000000046`);
const PROPERTIES_IN = { iid: dcomId('000001a2'), clsid: dcomId('00000338') };
const PROPERTIES_OUT = { iid: dcomId('000001a3'), clsid: dcomId('00000339') };

interface Property {
  readonly id: Uint8Array;
  readonly data: Uint8Array;
}

/** A pointer that is not null; the number tells one of a structure from the others. */
const pointer = (number: number): Uint8Array => le32(0x0002_0000 + 4 * number);
const wide = (value: string): Uint8Array => utf16(`${value}\0`);

/** Type serialization version 1 ([MS-RPCE] §2.2.6). */
function serialized(ndr: Uint8Array): Uint8Array {
  const padding = zeros(-ndr.length & 7);
  return concat(hex('01100800 cccccccc'), le32(ndr.length + padding.length), zeros(4), ndr, padding);
}

const property = (first: string, ...ndr: readonly Uint8Array[]): Property => ({
  id: dcomId(first),
  data: serialized(concat(...ndr)),
});

/** A custom object reference that holds properties, as an interface pointer. */
function activationProperties(
  kind: { readonly iid: Uint8Array; readonly clsid: Uint8Array },
  properties: readonly Property[],
): Uint8Array {
  const count = le32(properties.length);
  const ids = concat(pointer(0), pointer(1), NULL, count, ...properties.map(({ id }) => id));
  const sizes = concat(count, le32(...properties.map(({ data }) => data.length)));
  const bodies = concat(...properties.map(({ data }) => data));
  const header = (total: number, own: number): Uint8Array =>
    serialized(concat(le32(total, own, 0, DIFFERENT_MACHINE), count, zeros(16), ids, sizes));
  const own = header(0, 0).length;
  const total = own + bodies.length;
  const object = concat(kind.iid, kind.clsid, le32(0, total + 16));
  return interfacePointer(
    concat(text('MEOW'), le32(ObjRef.Custom), object, le32(total, 0), header(total, own), bodies),
  );
}

const interfacePointer = (object: Uint8Array): Uint8Array =>
  concat(le32(object.length, object.length), object);

/** String bindings for `hosts`, then the security bindings, each with an empty string at its end. */
function dualStringArray(hosts: readonly string[]): Uint8Array {
  const strings = concat(...hosts.map((host) => concat(le16(TCP_TOWER), wide(host))), le16(0));
  const security = AUTHENTICATION_SERVICES.map((service) => le16(service, NO_AUTHORIZATION_SERVICE, 0));
  const all = concat(strings, ...security, le16(0));
  return concat(le16(all.length / 2, strings.length / 2), all);
}

/** Asks `server` (its name as the caller wrote it) for an IWbemLevel1Login. */
export function remoteCreateInstance(callId: number, server: string): Uint8Array {
  const name = wide(server);
  const length = name.length / 2;
  const properties = [
    // InstantiationInfoData, 88 bytes as it says itself
    property(
      '000001ab',
      concat(WBEM_CLASS, le32(CLASS_CONTEXT, 0, 0, 1, 0), pointer(0), le32(88), VERSION),
      concat(le32(1), WBEM_INTERFACE),
    ),
    // SecurityInfoData with the server's name
    property(
      '000001a6',
      concat(le32(0), pointer(0), NULL),
      concat(le32(0), pointer(1), NULL, le32(0)),
      concat(le32(length, 0, length), name),
    ),
    // LocationInfoData
    property('000001a4', NULL, zeros(12)),
    // ScmRequestInfoData: how the caller can be reached
    property(
      '000001aa',
      concat(NULL, pointer(0), le32(IMPERSONATE), le16(1, 0), pointer(1)),
      concat(le32(1), le16(TCP_TOWER)),
    ),
  ];
  const orpcThis = concat(VERSION, le32(1, 0), CAUSALITY, NULL);
  const stub = concat(orpcThis, NULL, pointer(0), activationProperties(PROPERTIES_IN, properties));
  return request(callId, REMOTE_CREATE_INSTANCE, stub);
}

/** The object, where its resolver is (no ports), and that its exporter listens on `port` of `hosts`. */
export function remoteCreateInstanceReply(
  callId: number,
  hosts: readonly string[],
  port: number,
): Uint8Array {
  const standard = concat(text('MEOW'), le32(ObjRef.Standard), WBEM_INTERFACE);
  const object = concat(standard, le32(0, 5), OXID, OID, OBJECT_IPID, dualStringArray(hosts));
  const bindings = dualStringArray(hosts.map((host) => `${host}[${port}]`));
  const properties = [
    // PropsOutInfo: one interface, S_OK
    property(
      '00000339',
      concat(le32(1), pointer(0), pointer(1), pointer(2)),
      concat(le32(1), WBEM_INTERFACE, le32(1, 0), le32(1), pointer(3)),
      interfacePointer(object),
    ),
    // ScmReplyInfoData
    property(
      '000001b6',
      concat(NULL, pointer(0), OXID, pointer(1), REM_UNKNOWN_IPID, le32(AUTHN_LEVEL_PKT), VERSION),
      concat(le32((bindings.length - 4) / 2), bindings),
    ),
  ];
  const pointerOut = activationProperties(PROPERTIES_OUT, properties);
  const stub = concat(le32(1), NULL, pointer(0), pointerOut, zeros(-pointerOut.length & 3), le32(0));
  return response(callId, stub);
}
