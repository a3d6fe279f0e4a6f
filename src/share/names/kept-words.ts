/**
 * Names that mean the same everywhere, and so stay (docs/share.md lists them): none of them tells whose network it is.
 * Compared without case.
 */
export const KEPT_WORDS: ReadonlySet<string> = new Set(
  [
    // Shares and pipes of Windows, and the product's own share.
    'ADMIN$ C$ D$ IPC$ print$ SYSVOL NETLOGON Netwrix_UAVR$ pipe',
    'svcctl winreg srvsvc wkssvc atsvc samr lsarpc lsass netlogon epmapper spoolss eventlog browser ntsvcs InitShutdown',
    'efsrpc W32TIME_ALT MsFteWds sqlquery trkwks wmi',
    // Accounts and groups that every system has.
    'Administrator Administrators Guest krbtgt SYSTEM ANONYMOUS LOGON NT AUTHORITY WORKGROUP MSHOME',
    // Classes of service principal names, and of names that are looked up.
    'host cifs http ldap rpc rpcss rpcsvc dns gc wsman termsrv restrictedkrbhost mssqlsvc nfs smtp kadmin changepw',
    'tcp udp http wpad isatap localhost in-addr ip6 arpa _tcp _udp _ldap _kerberos _kpasswd _gc _msdcs _sites _vlmcs dc pdc domains',
    'default-first-site-name forestdnszones domaindnszones MSBROWSE __MSBROWSE__',
  ].flatMap((line) => line.toLowerCase().split(' ')),
);

export function isKeptWord(label: string): boolean {
  return KEPT_WORDS.has(label.toLowerCase());
}
