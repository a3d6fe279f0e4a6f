/** What the payload did to a verdict, in sentences: the wrong service, the detour over the pipe. */
import type { ServiceName } from '../../../recognise/facts/services.js';
import type { RuleVerdict } from '../../../verdict/words/rule-verdict.js';

/** Names that differ from the code. */
const SERVICE_NAMES: Readonly<Partial<Record<ServiceName, string>>> = {
  dce_rpc: 'DCE/RPC',
  smb: 'SMB',
  nbss: 'the NetBIOS session service',
  netbios_ns: 'the NetBIOS name service',
  netbios_dgm: 'NetBIOS datagrams',
  dotnet_remoting: '.NET Remoting',
  negotiate_stream: 'NegotiateStream',
  ssl: 'TLS',
  http: 'HTTP',
  winrm: 'WinRM',
  rdp: 'RDP',
  ssh: 'SSH',
  ldap: 'LDAP',
  krb: 'Kerberos',
  mssql: 'SQL Server (TDS)',
  dns: 'DNS',
  ftp: 'FTP',
  smtp: 'SMTP',
};

/** 'HTTP' for http; a name that is not listed stays as it is. */
export function serviceText(code: string): string {
  return Object.hasOwn(SERVICE_NAMES, code) ? (SERVICE_NAMES[code as ServiceName] ?? code) : code;
}

/** '.NET Remoting, NegotiateStream or TLS'. */
function alternatives(codes: readonly string[]): string {
  const names = codes.map(serviceText);
  const last = names.pop() ?? 'the service of the rule';
  return names.length === 0 ? last : `${names.join(', ')} or ${last}`;
}

/** @param port 'TCP 9003' @param way 'from this server to ...' */
export function wrongServiceSentence(v: RuleVerdict, port: string, way: string): string {
  const other = serviceText(v.otherService ?? '') || 'another service';
  return `${port} ${way} answers, but with ${other} instead of ${alternatives(v.rule.services)}: another program holds the port, or something on the way answers in its place.`;
}

/** @param port 'TCP 135' */
export function detourSentence(v: RuleVerdict, port: string, way: string): string {
  const detour = v.detour ?? { port: 445, delay: 0 };
  return `${port} ${way} works by a detour: ${port} fails, the service control manager reached \\pipe\\svcctl on ${detour.port} ${detour.delay.toFixed(1)} s later. What it does is slow, not dead.`;
}
