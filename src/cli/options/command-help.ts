/** What the help and the manual say: the commands with their options and examples. The options are also what is accepted. */
import type { CommandHelp } from './options.js';
import {
  AGENT_PORT,
  ANSWER_WAIT,
  COLOR,
  ETL_COMPONENT,
  EVIDENCE_PAYLOAD,
  EXIT_CODES,
  FAIL_ON,
  FIREWALL_LOG,
  FIREWALL_LOG_ZONE,
  FORMAT_OPTIONS,
  HOSTS,
  JSON_SCHEMA,
  LIVE_FORMAT_OPTIONS,
  NO_COLOR,
  RULES,
  SAVED_FORMAT_OPTIONS,
  SERVER_PORT,
  SHARE_OPTIONS,
  THRESHOLD,
  THRESHOLD_LIST,
} from './command-options.js';

export const PROGRAM: CommandHelp = {
  name: '',
  usage: '<capture...> [options]',
  about:
    'Proves from captured packets which required ports work, which are blocked and by whom. ' +
    'It never sends a packet.',
  before: [
    'Commands:\n' +
      '  analyze <capture...>        analyse saved captures and write the report;\n' +
      '                              meant when no command is named\n' +
      "  live                        listen on this machine's network card, passively\n" +
      '  show <report or result>     the summary of a saved report, or its JSON\n' +
      '  recipe                      the commands that capture on a Windows server\n' +
      '  verify <report> <capture>   whether the captures still say what a report says\n' +
      '  page <file>                 the analyzer as one web page, without Node\n' +
      '  unshare                     originals for the pseudonyms of a shared report\n' +
      '  rules list | show | check   the rule packs: what is required and why\n' +
      '  interfaces                  what can be captured on this machine\n' +
      '  completion                  completes them in bash, zsh or PowerShell',
  ],
  options: [],
  examples: [
    ['portwitness nas01.pcapng', 'the report is written to portwitness-report/nas01.html'],
    ['portwitness analyze --help', 'all options of a command'],
  ],
  after: [EXIT_CODES],
};

export const ANALYZE: CommandHelp = {
  name: 'analyze',
  usage: 'analyze <capture...> [options]',
  about:
    'Analyses saved captures and writes the report. A capture is a pcap or pcapng file, also compressed by gzip ' +
    'or zstd; "-" reads standard input. Several captures are one timeline; * and ? in a file name are expanded.',
  before: [],
  options: [
    {
      name: 'server',
      value: 'ADDRESS',
      help: 'address of this server; repeat it or separate by commas (default: inferred from the traffic)',
    },
    HOSTS,
    AGENT_PORT,
    SERVER_PORT,
    RULES,
    ...FORMAT_OPTIONS,
    EVIDENCE_PAYLOAD,
    JSON_SCHEMA,
    ANSWER_WAIT,
    ETL_COMPONENT,
    FIREWALL_LOG,
    FIREWALL_LOG_ZONE,
    THRESHOLD,
    FAIL_ON,
    ...SHARE_OPTIONS,
    { name: 'max-flows', value: 'NUMBER', help: 'flows kept in memory (default 4000000)' },
    {
      name: 'max-decompressed',
      value: 'SIZE',
      help: 'what a compressed capture may hold (default 256GB, and 1,000 times its own size)',
    },
    { name: 'quiet', alias: 'q', value: '', help: 'no summary and no progress' },
    COLOR,
    NO_COLOR,
  ],
  examples: [
    ['portwitness analyze nas01.pcapng', 'the main job: report and JSON in portwitness-report'],
    ['portwitness analyze ring_*.pcapng --server 10.20.0.10', 'a rotated set as one timeline'],
    ['portwitness analyze a.pcap --server-port 9104 --report out.html', 'another port and report'],
    ['portwitness analyze ua.etl --firewall-log netevents.xml', 'who blocked what never became a packet'],
    ['portwitness analyze nas01.pcapng --hosts computers.csv', 'also what never appeared'],
    ['portwitness analyze nas01.pcapng --share', 'a report to be sent to strangers'],
    ['tcpdump -r big.pcap -w - host 10.1.1.5 | portwitness analyze -', 'from standard input'],
  ],
  after: [THRESHOLD_LIST, EXIT_CODES],
};

export const SHOW: CommandHelp = {
  name: 'show',
  usage: 'show <report.html | result.json> [options]',
  about:
    'Prints the summary of a saved result: a JSON file, or a report, which holds its whole result. The exit code is 0 ' +
    'when it could be read, whatever it says; 2 when it is none, is damaged, or comes from a newer version.',
  before: [],
  options: [
    {
      name: 'json',
      value: '',
      help: 'the JSON that it holds; of a report, with the flows that the page lists',
    },
    ...SAVED_FORMAT_OPTIONS,
    ...SHARE_OPTIONS,
    COLOR,
    NO_COLOR,
  ],
  examples: [
    ['portwitness show nas01.html', 'the summary as "analyze" printed it'],
    ['portwitness show nas01.html --json > nas01.json', 'the result out of a report'],
    ['portwitness show nas01.html --changes asked.csv', 'what to ask of the firewall team'],
    ['portwitness show nas01.html --share', 'the summary with pseudonyms, for a ticket'],
  ],
  after: [],
};

export const UNSHARE: CommandHelp = {
  name: 'unshare',
  usage: 'unshare --text TEXT|FILE --mapping mapping.csv',
  about:
    'Prints a text with the originals in place of the pseudonyms of a shared report, such as the answer of somebody ' +
    'who was sent it. Nothing else of the text changes.',
  before: [],
  options: [
    { name: 'text', value: 'TEXT', help: 'the text itself, or a file that holds it; "-" = standard input' },
    { name: 'mapping', value: 'FILE', help: 'the mapping that was written with the shared report' },
  ],
  examples: [
    ['portwitness unshare --text "WS-003 drops it" --mapping mapping.csv', 'which computer that is'],
    ['portwitness unshare --text answer.txt --mapping mapping.csv', 'a whole answer'],
  ],
  after: [],
};

export const RECIPE: CommandHelp = {
  name: 'recipe',
  usage: 'recipe [options]',
  about:
    "Prints the commands that capture on the server for User Activity, save the firewall's own logs, and stop, to be " +
    'copied: with what is in the box of Windows, or with dumpcap or tcpdump. Nothing is run.',
  before: [],
  options: [
    {
      name: 'windows',
      value: 'VERSION',
      help: '2016, 2019, 2022 or 2025 (default: of this machine, else 2022)',
    },
    {
      name: 'tool',
      value: 'TOOL',
      help: 'pktmon, netsh, dumpcap or tcpdump (default: pktmon since 2022, netsh before)',
    },
  ],
  examples: [
    ['portwitness recipe', 'for this machine, or Windows Server 2022'],
    ['portwitness recipe --windows 2016', 'with netsh trace'],
    ['portwitness recipe --tool tcpdump', 'on a router or a mirror port'],
  ],
  after: [],
};

export const VERIFY: CommandHelp = {
  name: 'verify',
  usage: 'verify <report.html | result.json> <capture...> [options]',
  about:
    'Says whether captures still are what a report was made from, and still say what it says: compares their SHA-256 and ' +
    'reads every frame that the report cites again. The exit code is 0 when all is the same, 1 when something differs, ' +
    'which is named, and 2 when the report or a capture cannot be used or is missing.',
  before: [],
  options: [
    { name: 'mapping', value: 'FILE', help: 'of a shared report: the mapping that was written with it' },
    ETL_COMPONENT,
  ],
  examples: [
    ['portwitness verify nas01.html nas01.pcapng', 'before a report is used as a proof'],
    ['portwitness verify shared.html nas01.pcapng --mapping mapping.csv', 'a report with pseudonyms'],
  ],
  after: [],
};

export const PAGE: CommandHelp = {
  name: 'page',
  usage: 'page <file.html>',
  about:
    'Writes the analyzer as one web page, which runs in Edge, Chrome and Firefox from a file, without a network and ' +
    'without Node. Captures are dropped on it and never leave the computer.',
  before: [],
  options: [],
  examples: [['portwitness page portwitness.html', 'copy it to the server and open it there']],
  after: [],
};

export const RULES_COMMAND: CommandHelp = {
  name: 'rules',
  usage: 'rules list | show <id> | check <file...> [options]',
  about:
    'Lists all rule packs and rules, shows one pack or rule in full, or checks rule packs of your own before they ' +
    'are used. The ports of the product can be changed by options here as in "analyze".',
  before: [],
  options: [RULES, AGENT_PORT, SERVER_PORT, { name: 'json', value: '', help: 'machine-readable output' }],
  examples: [
    ['portwitness rules list', 'all packs and rules'],
    ['portwitness rules show ua-9003', 'one rule in full'],
    ['portwitness rules check mine.yaml', 'errors with file, line and value'],
  ],
  after: [],
};

export const LIVE: CommandHelp = {
  name: 'live',
  usage: 'live [options] | live - [options]',
  about:
    "Listens on this machine's network card without sending a packet, keeps the report always current, and tells " +
    'when a port starts or stops working. "-" reads a capture from standard input while it grows. Ctrl-C ends it ' +
    'with a last report; started again, it goes on with the history that it has.',
  before: [],
  options: [
    {
      name: 'interface',
      alias: 'i',
      value: 'NAME',
      help: 'name, number or address of an interface; may be repeated (default: the usual one)',
    },
    {
      name: 'follow',
      value: 'FILE',
      help: 'instead of capturing, reads a file that grows, or the files of a ring (also "ring_*.pcapng")',
    },
    { name: 'source', value: 'KIND', help: 'dumpcap, tcpdump or cap (default: the best that is there)' },
    {
      name: 'filter',
      value: 'FILTER',
      help: 'capture filter as for tcpdump (default: leaves out only your own ssh session)',
    },
    {
      name: 'server',
      value: 'ADDRESS',
      help: "address of this server (default: this machine's own; from standard input: inferred)",
    },
    HOSTS,
    AGENT_PORT,
    SERVER_PORT,
    RULES,
    {
      name: 'report',
      value: 'PATH',
      help: 'HTML report, or the folder for it (default portwitness-report/live.html)',
    },
    ...LIVE_FORMAT_OPTIONS,
    JSON_SCHEMA,
    { name: 'interval', value: 'TIME', help: 'the report is rewritten so often (default 60s)' },
    {
      name: 'events',
      value: 'FILE',
      help: 'one line of JSON for each change, appended; "-" = standard output',
    },
    {
      name: 'state',
      value: 'FILE',
      help: 'history that a restart goes on with (default: beside the report)',
    },
    {
      name: 'dashboard',
      value: '[PORT]',
      help: 'a page on 127.0.0.1 that updates itself, and /metrics (port 8414 when none is given, 0 = any)',
    },
    {
      name: 'dashboard-listen',
      value: 'ADDRESS',
      help: 'another address of this machine to listen on, 0.0.0.0 or :: for all',
    },
    {
      name: 'dashboard-allow-remote',
      value: '',
      help: 'others than this machine may see the dashboard, see docs/live-dashboard.md',
    },
    { name: 'metrics', value: 'FILE', help: 'metrics for Prometheus as a .prom file, replaced whole' },
    { name: 'metrics-addresses', value: '', help: "computers' addresses as labels of the metrics" },
    {
      name: 'ring',
      value: 'SIZE',
      help: 'keeps the last packets, for example 256MB, and a small capture for each change',
    },
    {
      name: 'ring-folder',
      value: 'FOLDER',
      help: 'where the ring is kept (default: evidence beside the report)',
    },
    { name: 'until', value: 'proven', help: 'end when every required port of every computer works' },
    { name: 'for', value: 'TIME', help: 'end after so long, for example 30m' },
    ANSWER_WAIT,
    THRESHOLD,
    FAIL_ON,
    ...SHARE_OPTIONS,
    { name: 'max-flows', value: 'NUMBER', help: 'flows kept in memory (default 600000, for 512 MB in all)' },
    { name: 'quiet', alias: 'q', value: '', help: 'no lines for changes and no summary' },
    COLOR,
    NO_COLOR,
  ],
  examples: [
    ['portwitness live', 'listen until Ctrl-C; report in portwitness-report/live.html'],
    ['portwitness live --for 30m --until proven', 'after an installation: end as soon as all works'],
    ['portwitness live --events - --quiet | logger -t portwitness', 'changes to the system log'],
    ['ssh nas01 tcpdump -i eth0 -U -w - | portwitness live - --server 10.20.0.10', 'from afar'],
  ],
  after: [THRESHOLD_LIST, EXIT_CODES],
};

export const INTERFACES: CommandHelp = {
  name: 'interfaces',
  usage: 'interfaces [options]',
  about:
    'Lists the interfaces of this machine with their addresses and state, and for each the programs that can capture ' +
    'it (tcpdump, dumpcap, the package cap), or why none can and what to do about it. Nothing is captured and nothing ' +
    'is sent. The exit code is 2 when nothing can be captured.',
  before: [],
  options: [{ name: 'json', value: '', help: 'machine-readable output' }],
  examples: [
    ['portwitness interfaces', 'the list; -i of "live" takes a name, a number or an address of it'],
    ['sudo portwitness interfaces', 'what the administrator can capture'],
    ['portwitness interfaces --json', 'for scripts'],
  ],
  after: [],
};

export const COMPLETION: CommandHelp = {
  name: 'completion',
  usage: 'completion [bash | zsh | powershell]',
  about:
    'Prints the script with which a shell completes commands and options of portwitness; without a name for bash, or zsh ' +
    'where $SHELL says so.',
  before: [],
  options: [],
  examples: [
    ['portwitness completion bash >> ~/.bashrc', 'for bash; zsh has ~/.zshrc'],
    ['portwitness completion powershell >> $PROFILE', 'for PowerShell on Windows and elsewhere'],
  ],
  after: [],
};

/** All commands, in the order in which they are listed. */
export const COMMANDS: readonly CommandHelp[] = [
  ANALYZE,
  LIVE,
  SHOW,
  VERIFY,
  UNSHARE,
  RECIPE,
  PAGE,
  RULES_COMMAND,
  INTERFACES,
  COMPLETION,
];
