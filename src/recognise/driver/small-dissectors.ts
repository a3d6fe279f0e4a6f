/** Which dissector reads a service that was recognised by its first bytes. DCE/RPC and SMB have their own files. */
import { BannerDissector } from '../apps/banner.js';
import type { Dissector } from '../facts/dissector.js';
import { DnsDissector } from '../names/dns-tcp.js';
import { DotnetRemotingDissector } from '../apps/dotnet-remoting.js';
import type { ServiceName } from '../facts/services.js';
import { HttpDissector } from '../apps/http.js';
import { KerberosDissector } from '../auth/kerberos.js';
import { LdapDissector } from '../apps/ldap.js';
import type { AddressPair, Learner } from '../facts/learner.js';
import { NegotiateStreamDissector } from '../apps/negotiate-stream.js';
import { PostgresDissector } from '../apps/postgresql.js';
import { RdpDissector } from '../apps/rdp.js';
import { TdsDissector } from '../apps/tds.js';
import { TlsDissector } from '../apps/tls.js';

/** A new dissector for one connection; null = nothing is read of this service but its name. */
export function smallDissector(service: ServiceName, learner: Learner, ends: AddressPair): Dissector | null {
  switch (service) {
    case 'dotnet_remoting':
      return new DotnetRemotingDissector(learner);
    case 'negotiate_stream':
      return new NegotiateStreamDissector(learner, ends);
    case 'ssl':
      return new TlsDissector(learner, ends);
    case 'http':
    case 'winrm':
      return new HttpDissector(learner, ends);
    case 'ldap':
      return new LdapDissector(learner, ends);
    case 'krb':
      return new KerberosDissector(learner, ends);
    case 'dns':
      return new DnsDissector(learner, ends);
    case 'mssql':
      return new TdsDissector(learner);
    case 'rdp':
      return new RdpDissector(learner);
    case 'postgresql':
      return new PostgresDissector(learner);
    case 'ssh':
    case 'ftp':
    case 'smtp':
    case 'imap':
    case 'pop3':
    case 'vnc':
      return new BannerDissector(learner, service);
    default:
      return null;
  }
}
