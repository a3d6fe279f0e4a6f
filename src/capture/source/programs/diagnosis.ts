/** What a capture program means when it refuses: the cause in its words, and what to do about it. */
import { CaptureError } from '../../frames/frame.js';
import type { ProgramKind } from './programs.js';

export type RefusalCause =
  'permission' | 'filter' | 'no_interface' | 'interface_down' | 'not_installed' | 'other';

/** A capture could not be started. */
export interface Refusal {
  readonly kind: ProgramKind;
  readonly cause: RefusalCause;
  /** The program's own words, one line. */
  readonly words: string;
}

/** Characters kept of a program's words. */
const MAX_WORDS = 300;

const CAUSES: readonly (readonly [RefusalCause, RegExp])[] = [
  ['not_installed', /package cap cannot be loaded|ENOENT/],
  [
    'filter',
    /filter expression|capture filter|parse filter|syntax error|expression rejects|unknown host|bpf/i,
  ],
  [
    'permission',
    /permission|not permitted|denied|EACCES|EPERM|administrator|access is denied|NPF driver isn't running/i,
  ],
  [
    'no_interface',
    /no such device|no device named|doesn't exist|does not exist|no longer attached|disappeared/i,
  ],
  ['interface_down', /not up|is down|went down/i],
];

/** Reads the cause out of what a program wrote to standard error. */
export function refusalOf(kind: ProgramKind, messages: string): Refusal {
  const lines = messages
    .split('\n')
    .map((line) => oneLine(line))
    .filter(
      (line) =>
        line !== '' && !/^(Capturing on|File:|tcpdump: listening|Warning:|tcpdump: data link)/.test(line),
    );
  // The first line is the error itself; dumpcap explains at length below it, tcpdump repeats it in brackets.
  const cause = CAUSES.find(([, pattern]) => pattern.test(lines.slice(0, 4).join('\n')))?.[0] ?? 'other';
  const first = lines[0] ?? 'it ended without a word';
  // dumpcap wraps libpcap's words in its own.
  const inner =
    /pcap_activate\(\) failed: (.+)\)/.exec(first) ??
    (cause === 'filter' && kind === 'dumpcap' ? /\((.+)\)/.exec(lines[1] ?? '') : null);
  const words = (inner?.[1] ?? first).replace(/^(tcpdump|dumpcap|cap): */, '');
  return { kind, cause, words: words.replace(/\.$/, '').slice(0, MAX_WORDS) };
}

/** One line without control characters: a program's words may quote a filter or a name. */
export function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
}

/** What to do about a refusal of the program `file`; '' = nothing is known. */
export function remedyOf({ kind, cause }: Refusal, file: string, platform: NodeJS.Platform): string {
  switch (cause) {
    case 'permission':
      return permissionRemedy(kind, file, platform);
    case 'interface_down':
      return 'bring the interface up first';
    case 'not_installed':
      return kind === 'cap'
        ? 'npm install cap needs a compiler and the headers of libpcap (on Windows the Npcap SDK)'
        : installRemedy(platform);
    default:
      return '';
  }
}

/** What to do so that this user may capture. */
function permissionRemedy(kind: ProgramKind, file: string, platform: NodeJS.Platform): string {
  if (platform === 'win32') {
    return 'run as administrator (or install Npcap without "restrict access to administrators only")';
  }
  if (platform === 'darwin') return 'run with sudo, or install ChmodBPF, which comes with Wireshark';
  const capabilities = 'cap_net_raw,cap_net_admin=eip';
  switch (kind) {
    case 'dumpcap':
      return `join the group wireshark (sudo usermod -a -G wireshark $USER, then log in again), or: sudo setcap ${capabilities} ${file}, or run with sudo`;
    case 'tcpdump':
      return `run with sudo, or: sudo setcap ${capabilities} ${file}`;
    case 'cap':
      return 'run with sudo, or install dumpcap (package wireshark-common or wireshark-cli), which needs the right only for itself';
  }
}

/** What to do where no program is. */
export function installRemedy(platform: NodeJS.Platform): string {
  if (platform === 'win32') {
    return 'install Wireshark, which brings dumpcap and Npcap (https://www.wireshark.org, https://npcap.com)';
  }
  if (platform === 'darwin') return 'tcpdump is a part of macOS: look at PATH, or install Wireshark';
  return 'install tcpdump (apt-get install tcpdump, dnf install tcpdump) or dumpcap (wireshark-common, wireshark-cli)';
}

/** The error of a filter that a program does not understand. */
export function filterError(filter: string, { kind, words }: Refusal): CaptureError {
  return new CaptureError(
    filter,
    0,
    `the capture filter "${oneLine(filter)}" is not understood; ${kind} says: ${words}; ` +
      'write it as for tcpdump, for example --filter "host 10.1.1.5 or port 9004" (pcap-filter(7))',
  );
}
