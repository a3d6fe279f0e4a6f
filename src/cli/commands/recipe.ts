/**
 * `portwitness recipe`: the commands that capture for User Activity, fetch the firewall's logs and stop, to be copied.
 * pktmon has the switches used here since Windows Server 2022; before, `netsh trace` is what every Windows has.
 */
import { UsageError } from '../../capture/bytes/usage-error.js';
import { single } from '../options/arguments.js';
import { RECIPE } from '../options/command-help.js';
import { tryHelp } from '../options/options.js';
import type { Parsed } from '../options/options.js';

export const WINDOWS_VERSIONS = ['2016', '2019', '2022', '2025'] as const;
export const CAPTURE_TOOLS = ['pktmon', 'netsh', 'dumpcap', 'tcpdump'] as const;
type WindowsVersion = (typeof WINDOWS_VERSIONS)[number];
type CaptureTool = (typeof CAPTURE_TOOLS)[number];

const DEFAULT_VERSION: WindowsVersion = '2022';
/** First builds of the versions, the newest first. */
const BUILDS: readonly (readonly [number, WindowsVersion])[] = [
  [26_100, '2025'],
  [20_348, '2022'],
  [17_763, '2019'],
  [0, '2016'],
];
const HAS_PKTMON: ReadonlySet<WindowsVersion> = new Set<WindowsVersion>(['2022', '2025']);

/** Where the program runs, as `process.platform` and `os.release()` say it. */
export interface Machine {
  readonly platform: string;
  readonly release: string;
}

/**
 * Runs the command; resolves to the exit code.
 * @throws UsageError
 */
export async function recipeCommand(
  { words, options }: Parsed,
  machine: Machine,
  output: { write(text: string): unknown },
): Promise<number> {
  const [surplus] = words;
  if (surplus !== undefined)
    throw new UsageError(`recipe: "${surplus}" is one word too many${tryHelp(RECIPE)}`);
  const version = oneOf('windows', options['windows'], WINDOWS_VERSIONS) ?? versionOf(machine);
  const tool =
    oneOf('tool', options['tool'], CAPTURE_TOOLS) ?? (HAS_PKTMON.has(version) ? 'pktmon' : 'netsh');
  if (tool === 'pktmon' && !HAS_PKTMON.has(version)) {
    const why = version === '2016' ? 'has no pktmon' : 'has a pktmon without these switches';
    throw new UsageError(`--tool: Windows Server ${version} ${why}; take netsh.`);
  }
  output.write(`${recipeLines(version, tool).join('\n')}\n`);
  return Promise.resolve(0);
}

function oneOf<T extends string>(name: string, value: unknown, known: readonly T[]): T | undefined {
  const text = single(name, value);
  if (text === undefined) return undefined;
  const found = known.find((one) => one === text.toLowerCase());
  if (found === undefined) throw new UsageError(`--${name}: "${text}" is none of ${known.join(', ')}.`);
  return found;
}

/** This machine's own version, or the usual one. */
function versionOf({ platform, release }: Machine): WindowsVersion {
  const build = platform === 'win32' ? Number(/^10\.0\.(\d{5})/.exec(release)?.[1] ?? NaN) : NaN;
  if (Number.isNaN(build)) return DEFAULT_VERSION;
  return BUILDS.find(([first]) => build >= first)?.[1] ?? DEFAULT_VERSION;
}

/** Lines for a shell that takes # for a comment: PowerShell as administrator, or a Unix shell. */
export function recipeLines(version: WindowsVersion, tool: CaptureTool): readonly string[] {
  if (tool === 'tcpdump') return TCPDUMP;
  const { start, stop, file, note } = WINDOWS[tool];
  return [
    `# Windows Server ${version}, ${note}. On the server, in PowerShell as administrator.`,
    '',
    '# 1. Start the capture.',
    'New-Item -ItemType Directory -Force C:\\ua | Out-Null',
    ...start,
    '',
    ...WORK,
    '',
    "# 3. Before stopping, save what the server's own firewall blocked, and the names of its rules.",
    'netsh wfp show netevents file=C:\\ua\\netevents.xml',
    'netsh wfp show filters file=C:\\ua\\filters.xml',
    '',
    '# 4. Stop the capture, and only then copy the files.',
    ...stop,
    '',
    '# 5. Analyse, on any computer.',
    `portwitness analyze ${file} --firewall-log netevents.xml --firewall-log filters.xml`,
  ];
}

const WORK = [
  '# 2. Wait 15 minutes, so that every agent is heard of. Meanwhile, in the product: open the',
  '#    monitoring plan of User Activity, press "Retry" for its computers, and play one recording.',
] as const;

interface Steps {
  readonly note: string;
  readonly start: readonly string[];
  readonly stop: readonly string[];
  readonly file: string;
}

const WINDOWS: Readonly<Record<Exclude<CaptureTool, 'tcpdump'>, Steps>> = {
  pktmon: {
    note: 'with pktmon, which is in the box',
    start: [
      '#    Whole packets at all components: then Windows also tells which packets it dropped, and why.',
      '#    A server with much traffic: add "--comp nics", up to ten times smaller, but perhaps without the drops.',
      'pktmon filter remove',
      'pktmon start --capture --pkt-size 0 --file-size 2048 --file-name C:\\ua\\ua.etl',
    ],
    stop: ['pktmon stop'],
    file: 'ua.etl',
  },
  netsh: {
    note: 'with netsh trace, which is in the box',
    start: [
      'netsh trace start capture=yes report=disabled maxsize=2048 overwrite=yes tracefile=C:\\ua\\ua.etl',
    ],
    stop: ['#    This takes a minute.', 'netsh trace stop'],
    file: 'ua.etl',
  },
  dumpcap: {
    note: 'with dumpcap of Wireshark, which must be installed',
    start: [
      "#    The first command lists the interfaces: put the server's number for 1 in the second. It ends by itself.",
      '& "C:\\Program Files\\Wireshark\\dumpcap.exe" -D',
      '& "C:\\Program Files\\Wireshark\\dumpcap.exe" -i 1 -s 0 -a duration:900 -w C:\\ua\\ua.pcapng',
    ],
    stop: ['#    dumpcap has ended after 15 minutes; Ctrl-C ends it sooner.'],
    file: 'ua.pcapng',
  },
};

const TCPDUMP: readonly string[] = [
  '# tcpdump, on a Linux machine that sees the traffic of the server (a router, a mirror port).',
  '',
  '# 1. Start the capture: put the interface for eth0 and the address of the server for 10.20.0.10.',
  '#    It ends by itself after 15 minutes; Ctrl-C ends it sooner.',
  'sudo timeout 900 tcpdump -i eth0 -s 0 -w ua.pcap host 10.20.0.10 or arp',
  '',
  ...WORK,
  '',
  '# 3. Analyse, on any computer.',
  'portwitness analyze ua.pcap --server 10.20.0.10',
];
