/** The services that payload can show, by their names in every output. */

/** What runs on a flow. Names are Zeek's service names where Zeek has one. */
export const SERVICES = [
  'dce_rpc',
  'smb',
  'nbss',
  'netbios_ns',
  'netbios_dgm',
  'dotnet_remoting',
  'negotiate_stream',
  'ssl',
  'http',
  'winrm',
  'rdp',
  'ssh',
  'ldap',
  'krb',
  'mssql',
  'dns',
  'mdns',
  'llmnr',
  'dhcp',
  'ntp',
  'snmp',
  'syslog',
  'ftp',
  'smtp',
  'imap',
  'pop3',
  'telnet',
  'mysql',
  'postgresql',
  'vnc',
  'sip',
  'ssdp',
  'quic',
  'wsd',
] as const;

export type ServiceName = (typeof SERVICES)[number];

/** `suspected`: one side's bytes look like it; `confirmed`: both sides do, or a whole message of the responder was read. */
export type Certainty = 'suspected' | 'confirmed';

/** What a flow was said to be. */
export interface NamedService {
  readonly name: ServiceName;
  readonly certainty: Certainty;
}
