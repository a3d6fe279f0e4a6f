/**
 * A flow's service in Zeek's words: the names of the analyzers that confirmed a protocol (the `service` field of
 * scripts/base/protocols/conn/main.zeek). What Zeek has no analyzer for keeps its own name.
 */
import type { ServiceName } from '../../recognise/facts/services.js';
import type { FlowModel } from '../model/flow-model.js';

/** Names that differ, over TCP and over UDP. */
const NAMES: Readonly<Partial<Record<ServiceName, readonly [tcp: string, udp: string]>>> = {
  krb: ['krb_tcp', 'krb'],
  ldap: ['ldap_tcp', 'ldap_udp'],
  // One analyzer reads all four.
  netbios_ns: ['dns', 'dns'],
  mdns: ['dns', 'dns'],
  llmnr: ['dns', 'dns'],
  winrm: ['http', 'http'],
  vnc: ['rfb', 'rfb'],
};

function isRenamed(service: string): service is keyof typeof NAMES {
  return Object.hasOwn(NAMES, service);
}

/** Names without repeats; a suspicion is no name. `beside`: what the payload showed beside the service. */
export function zeekServices(flow: FlowModel, beside: readonly string[]): readonly string[] {
  const { service, serviceCertainty, proto } = flow;
  if (service === '' || serviceCertainty !== 'confirmed') return beside;
  const names = isRenamed(service) ? NAMES[service] : undefined;
  const name = names?.[proto === 'udp' ? 1 : 0] ?? service;
  return [name, ...beside.filter((one) => one !== name)];
}
