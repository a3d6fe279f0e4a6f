/**
 * Logs of the Windows firewall, as it writes them: of what a capture's own truth says was blocked. The forms are those of
 * Microsoft's documentation; no Windows machine wrote them.
 */

/** One thing that was blocked or allowed, seen from the machine whose log it is. */
export interface Logged {
  /** Seconds since 1970, UTC. */
  readonly time: number;
  readonly action: 'block' | 'allow';
  readonly direction: 'in' | 'out';
  readonly local: string;
  readonly localPort: number;
  readonly remote: string;
  readonly remotePort: number;
  /** IP protocol; TCP when not given. */
  readonly protocol?: number;
  /** FWPS_BUILTIN_LAYERS; where connections are opened or accepted when not given. */
  readonly layer?: number;
  readonly filter?: number;
}

const NAMES: Readonly<Record<number, string>> = { 1: 'ICMP', 6: 'TCP', 17: 'UDP', 58: 'ICMPv6' };
const HEADER = `#Version: 1.5
#Software: Microsoft Windows Firewall
#Time Format: Local
#Fields: date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype icmpcode info path pid

`;

function isV6(address: string): boolean {
  return address.includes(':');
}

function layerOf({ layer, direction, local }: Logged): number {
  return layer ?? (direction === 'out' ? 48 : 44) + (isV6(local) ? 2 : 0);
}

/** pfirewall.log of a machine whose local time is so many minutes ahead of UTC. */
export function packetLog(entries: readonly Logged[], offsetMinutes: number): string {
  const lines = entries.map((one) => {
    const stamp = new Date((Math.floor(one.time) + offsetMinutes * 60) * 1000).toISOString();
    const [local, remote] = [
      [one.local, one.localPort],
      [one.remote, one.remotePort],
    ] as const;
    const [from, to] = one.direction === 'out' ? [local, remote] : [remote, local];
    const tcp = (one.protocol ?? 6) === 6;
    const rest =
      one.direction === 'out' ? '0 - 0 0 0 - - -' : tcp ? '52 S 1234 0 64240 - - -' : '78 - - - - - - -';
    const action = one.action === 'block' ? 'DROP' : 'ALLOW';
    return `${stamp.slice(0, 10)} ${stamp.slice(11, 19)} ${action} ${NAMES[one.protocol ?? 6]} ${from[0]} ${to[0]} ${from[1]} ${to[1]} ${rest} ${one.direction === 'out' ? 'SEND' : 'RECEIVE'} 4711`;
  });
  return HEADER + lines.map((line) => `${line}\n`).join('');
}

/** What `netsh wfp show netevents` writes. */
export function netEvents(entries: readonly Logged[]): string {
  const items = entries.map((one) => {
    const [version, address] = isV6(one.local) ? ['V6', 'AddrV6.byteArray16'] : ['V4', 'AddrV4'];
    const kind = one.action === 'block' ? 'DROP' : 'ALLOW';
    const part = one.action === 'block' ? 'classifyDrop' : 'classifyAllow';
    return `	<item>
		<header>
			<timeStamp>${new Date(one.time * 1000).toISOString()}</timeStamp>
			<flags numItems="1">
				<item>FWPM_NET_EVENT_FLAG_IP_PROTOCOL_SET</item>
			</flags>
			<ipVersion>FWP_IP_VERSION_${version}</ipVersion>
			<ipProtocol>${one.protocol ?? 6}</ipProtocol>
			<local${address}>${one.local}</local${address}>
			<remote${address}>${one.remote}</remote${address}>
			<localPort>${one.localPort}</localPort>
			<remotePort>${one.remotePort}</remotePort>
			<appId>
				<data>5c00</data>
				<asString>\\.d.e.v.i.c.e.\\.a...e.x.e...</asString>
			</appId>
		</header>
		<type>FWPM_NET_EVENT_TYPE_CLASSIFY_${kind}</type>
		<${part}>
			<filterId>${one.filter ?? 68893}</filterId>
			<layerId>${layerOf(one)}</layerId>
			<msFwpDirection>MS_FWP_DIRECTION_${one.direction.toUpperCase()}</msFwpDirection>
			<isLoopback>false</isLoopback>
		</${part}>
		<internalFields>
			<terminatingFiltersInfo numItems="1"><item><filterId>1</filterId></item></terminatingFiltersInfo>
		</internalFields>
	</item>
`;
  });
  return `<netEvents numItems="${entries.length}">\n${items.join('')}</netEvents>\n`;
}

/** What `wevtutil qe Security /f:xml` writes: no root element. Of a connection the local end comes first. */
export function securityEvents(entries: readonly Logged[], id: 5152 | 5157): string {
  return entries
    .map((one) => {
      const packetOrder = id === 5152 && one.direction === 'in';
      const local = [one.local, one.localPort] as const;
      const remote = [one.remote, one.remotePort] as const;
      const [source, dest] = packetOrder ? [remote, local] : [local, remote];
      const data: readonly (readonly [string, string | number])[] = [
        ['ProcessId', 4],
        ['Application', '\\device\\harddiskvolume2\\agent.exe'],
        ['Direction', one.direction === 'in' ? '%%14592' : '%%14593'],
        ['SourceAddress', source[0]],
        ['SourcePort', source[1]],
        ['DestAddress', dest[0]],
        ['DestPort', dest[1]],
        ['Protocol', one.protocol ?? 6],
        ['FilterRTID', one.filter ?? 68893],
        ['LayerName', '%%14610'],
        ['LayerRTID', layerOf(one)],
      ];
      const values = data.map(([name, value]) => `<Data Name='${name}'>${value}</Data>`).join('');
      const time = new Date(one.time * 1000).toISOString();
      const event = one.action === 'allow' ? 5156 : id;
      return `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><EventID>${event}</EventID><TimeCreated SystemTime='${time}'/><Computer>nas.example.test</Computer></System><EventData>${values}</EventData></Event>\n`;
    })
    .join('');
}

/** What `netsh wfp show filters` writes. */
export function filterNames(names: Readonly<Record<number, string>>): string {
  const items = Object.entries(names).map(
    ([id, name]) =>
      `<item><filterKey>{00000000-0000-0000-0000-000000000000}</filterKey><displayData><name>${name}</name><description/></displayData><filterCondition numItems="1"><item><fieldKey>FWPM_CONDITION_IP_REMOTE_PORT</fieldKey></item></filterCondition><filterId>${id}</filterId></item>`,
  );
  return `<?xml version="1.0"?>\n<wfpdiag><filters numItems="${items.length}">${items.join('\n')}</filters></wfpdiag>\n`;
}
