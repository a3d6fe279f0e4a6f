/**
 * Whether an interface can be captured and by what: each program is asked for the interface's link types, for
 * which it must open it as it does for a capture.
 */
import { execFile } from 'node:child_process';
import { hasCap, programOf } from './choose.js';
import type { FoundPrograms } from './choose.js';
import { installRemedy, refusalOf, remedyOf } from './programs/diagnosis.js';
import { MESSAGE_ENVIRONMENT } from './programs/programs.js';
import type { ProgramKind } from './programs/programs.js';

/** One program and one interface. */
export interface Capturability {
  readonly program: ProgramKind;
  readonly works: boolean;
  /** Why it does not, in the program's words; '' when it does. */
  readonly reason: string;
  /** What to do about it; '' = nothing. */
  readonly remedy: string;
}

const PROBE_MILLISECONDS = 10_000;
const MAX_OUTPUT_BYTES = 64 << 10;
/** Link types whose frames carry IP packets; pseudo-interfaces of other kinds are listed by libpcap too. */
const IP_LINK_TYPES = /^(EN10MB|LINUX_SLL2?|RAW|NULL|LOOP|IPV[46]|PPP\w*|IEEE802_11\w*|DOCSIS)$/;

/** Asks the programs about one interface, best first; the package cap only when no other works. */
export async function probeInterface(name: string, found: FoundPrograms): Promise<readonly Capturability[]> {
  const order: readonly ProgramKind[] =
    process.platform === 'win32' ? ['dumpcap', 'tcpdump'] : ['tcpdump', 'dumpcap'];
  const asked = await Promise.all(order.map((kind) => probe(kind, name, found)));
  if (!hasCap() || asked.some(({ works, reason }) => works || reason.startsWith(NO_IP))) return asked;
  return [...asked, await probe('cap', name, found)];
}

const NO_IP = 'it carries no IP packets';

async function probe(kind: ProgramKind, name: string, found: FoundPrograms): Promise<Capturability> {
  const program = programOf(kind, found);
  if (program === null) {
    const remedy = kind === 'tcpdump' && process.platform === 'win32' ? '' : installRemedy(process.platform);
    return { program: kind, works: false, reason: 'not installed', remedy };
  }
  const { failed, out, err } = await run(program.file, program.probeArgs(name));
  if (failed) {
    const refusal = refusalOf(kind, err === '' ? out : err);
    const remedy = remedyOf(refusal, program.file, process.platform);
    return { program: kind, works: false, reason: refusal.words, remedy };
  }
  const types = [...out.matchAll(/^\s+([A-Z][A-Z0-9_]*) \(/gm)].map((match) => match[1] ?? '');
  const foreign = types.length > 0 && !IP_LINK_TYPES.test(types[0] ?? '');
  const reason = foreign ? `${NO_IP} (${types.join(', ')})` : '';
  return { program: kind, works: !foreign, reason, remedy: '' };
}

interface Ran {
  readonly failed: boolean;
  readonly out: string;
  readonly err: string;
}

function run(file: string, args: readonly string[]): Promise<Ran> {
  const options = {
    timeout: PROBE_MILLISECONDS,
    maxBuffer: MAX_OUTPUT_BYTES,
    windowsHide: true,
    env: { ...process.env, ...MESSAGE_ENVIRONMENT },
  };
  return new Promise((resolve) => {
    execFile(file, [...args], options, (error, out, err) => {
      // A program that cannot be started has nothing to say for itself.
      const said = err === '' && error !== null ? error.message : err;
      resolve({ failed: error !== null, out, err: said });
    });
  });
}
