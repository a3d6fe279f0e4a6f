/** What the payload of a scene's flows is said to have shown: facts with what a test does not care for filled in. */
import type { PortMapping, RpcBind, RpcCall, SmbOpen } from '../../src/recognise/facts/facts.js';
import { START } from '../flow/script.js';
import type { Scene } from './scene.js';

const SVCCTL = '367abb81-9844-35f1-ad32-98f038001003';
const EPMAPPER = 'e1af8308-5d1f-11c9-91a4-08002b14a0fa';
let frame = 1000;

interface Seen {
  readonly flow: number;
  readonly sec: number;
  readonly nsec: number;
  readonly fileIndex: number;
  readonly frame: number;
}

function seen(flow: number, at: number): Seen {
  const sec = Math.floor(START + at);
  return { flow, sec, nsec: Math.round((START + at - sec) * 1e9), fileIndex: 0, frame: frame++ };
}

/** An accepted bind to svcctl without authentication, seen `at` seconds. */
export function bound(scene: Scene, flow: number, at = 0, other: Partial<RpcBind> = {}): RpcBind {
  const bind: RpcBind = {
    ...seen(flow, at),
    uuid: SVCCTL,
    version: 2,
    name: 'svcctl',
    result: 0,
    authType: -1,
    authLevel: -1,
    transport: 'tcp',
    secondaryAddress: '',
    nakReason: -1,
    alter: false,
    ...other,
  };
  scene.facts.binds.add(bind);
  return bind;
}

/** A call of the endpoint mapper's ept_map that was answered. */
export function called(scene: Scene, flow: number, at = 0, other: Partial<RpcCall> = {}): void {
  scene.facts.calls.add({
    ...seen(flow, at),
    uuid: EPMAPPER,
    interfaceName: 'epmapper',
    opnum: 3,
    operation: 'ept_map',
    callId: 2,
    transport: 'tcp',
    endpoint: '135',
    rtt: 0.001,
    fault: -1,
    responseFrame: frame,
    ...other,
  });
}

/** The endpoint mapper's answer on `flow` that names `port` for svcctl. */
export function named(
  scene: Scene,
  flow: number,
  port: number,
  at = 0,
  other: Partial<PortMapping> = {},
): PortMapping {
  const mapping: PortMapping = {
    ...seen(flow, at),
    address: '0.0.0.0',
    port,
    uuid: SVCCTL,
    name: 'svcctl',
    source: 'ept_map',
    host: '',
    ...other,
  };
  scene.facts.mappings.add(mapping);
  return mapping;
}

/** A DCOM binding 'HOST[port]', with the address when the host is written as one. */
export function dcomBinding(scene: Scene, flow: number, host: string, port: number, at = 0): PortMapping {
  const address = /^[\d.]+$|:/.test(host) ? host : '';
  return named(scene, flow, port, at, { address, host, uuid: '', name: '', source: 'dcom' });
}

/** \svcctl opened on `flow`. */
export function pipeOpened(scene: Scene, flow: number, at: number, other: Partial<SmbOpen> = {}): void {
  scene.facts.opens.add({
    ...seen(flow, at),
    path: 'svcctl',
    tree: '\\\\PC\\IPC$',
    pipe: true,
    status: 0,
    size: -1,
    action: 'SMB::PIPE_OPEN',
    ...other,
  });
}
