/** `portwitness live`: options in, a monitor that runs until it is stopped. */
import { existsSync, statSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { dirname, join } from 'node:path';
import { openLive } from '../../capture/source/open.js';
import type { LiveOptions } from '../../capture/source/open.js';
import type { LiveReader } from '../../capture/source/feed/source.js';
import { parseAddress } from '../../flow/record/address.js';
import { Monitor } from '../../monitor/monitor.js';
import type { MonitorOptions } from '../../monitor/monitor.js';
import { startWatchdog } from '../../monitor/watchdog/watchdog.js';
import { ReportFiles } from '../../monitor/outputs/report-files.js';
import { FORMATS } from '../../report/formats.js';
import { readState } from '../../monitor/state-file.js';
import { LIVE_MAX_FLOWS } from '../../monitor/tracking/watch.js';
import type { WatchOptions } from '../../monitor/tracking/watch.js';
import { terminalSummary } from '../../report/terminal/write.js';
import { loadPacks } from '../../rules/load.js';
import { loadInventory } from '../../verdict/inventory/inventory-file.js';
import { DEFAULT_ANSWER_WAIT_SECONDS } from '../../verdict/flows/outcome.js';
import { hostKeyOf } from '../../verdict/words/host-key.js';
import type { ServerIdentity } from '../../verdict/hosts/server.js';
import {
  DEFAULT_AGENT_PORT,
  DEFAULT_SERVER_PORT,
  addresses,
  count,
  duration,
  failOn,
  jsonSchema,
  port,
  seconds,
  several,
  single,
  thresholds,
  wantsColor,
} from '../options/arguments.js';
import { LIVE } from '../options/command-help.js';
import type { Installed } from '../console/installed.js';
import { liveOutputs } from '../outputs/live-outputs.js';
import { liveShare } from '../outputs/live-share.js';
import { onInterrupt, SERVICE_SIGNALS } from '../console/interrupt.js';
import { say } from '../console/messages.js';
import { tryHelp } from '../options/options.js';
import type { Parsed } from '../options/options.js';
import { checkOutputs, liveFiles } from '../outputs/outputs.js';
import type { Output } from '../outputs/outputs.js';
import { UsageError } from '../../capture/bytes/usage-error.js';

type Options = Parsed['options'];

const DEFAULT_REPORT = join('portwitness-report', 'live.html');
const REPORT_NAME = 'live.html';
const DEFAULT_INTERVAL = 60_000;
const SHORTEST_INTERVAL = 1000;
const DEFAULT_WIDTH = 100;
const EXIT_UNUSABLE = 2;
/** Warnings that wait until the terminal is free; further ones are in the report. */
const MAX_HELD = 20;
/** Kinds of --source; standard input is asked for by "-". */
const SOURCES = ['dumpcap', 'tcpdump', 'cap'] as const;

interface Paths {
  readonly report: string;
  /** Of formats whose option was given. */
  readonly formats: ReadonlyMap<string, string>;
  readonly state: string;
  /** '' = none, '-' = standard output. */
  readonly events: string;
}

/**
 * Runs the command; resolves to the exit code when monitoring has ended.
 * @throws UsageError, RulePackError, OutputError, CaptureError with a message for the user.
 */
export async function liveCommand(
  parsed: Parsed,
  installed: Installed,
  args: readonly string[],
): Promise<number> {
  const { words, options } = parsed;
  const fromStdin = readsStdin(words, options);
  const quiet = options['quiet'] === true;
  const paths = pathsOf(options);
  const task = await taskOf(options, paths, fromStdin);
  const { share } = task;

  const stop = new AbortController();
  const voice = new Voice();
  const release = onInterrupt(
    () => stop.abort(),
    SERVICE_SIGNALS,
    () => voice.waits,
  );
  const color = wantsColor(options, process.env, process.stdout.isTTY === true);
  const watchdog = startWatchdog();
  try {
    const reader = await openLive({ ...sourceOf(options, fromStdin), signal: stop.signal });
    if (!quiet) introduce(reader, paths);
    const reports = new ReportFiles(task.formats, share);
    const outputs = await liveOutputs(options, { ...paths, quiet, color, share: share?.live ?? null }).catch(
      async (error: unknown) => {
        await reader.close();
        throw error;
      },
    );
    voice.waits = outputs.drawn;
    const monitor = new Monitor(reader, {
      ...task.settings,
      version: installed.version,
      commandLine: ['portwitness', ...args].join(' '),
      clock: { now: Date.now, steady: () => performance.now() },
      signal: stop.signal,
      reports,
      outputs: outputs.list,
      onTick: () => watchdog.tick(),
      ...(outputs.onRun === undefined ? {} : { onRun: outputs.onRun }),
      warn: (text) => voice.say(text),
    });
    const { end, model } = await monitor.watchOver();
    voice.release();
    if (!quiet && paths.events !== '-') {
      const width = process.stdout.columns ?? DEFAULT_WIDTH;
      process.stdout.write(`${terminalSummary(share?.live.model(model) ?? model, { width, color })}\n`);
    }
    if (reports.trouble !== '') return EXIT_UNUSABLE;
    return end === 'proven' ? 0 : model.summary.exitCode;
  } finally {
    watchdog.stop();
    release();
  }
}

/** Says what comes up, at once or, while the terminal is drawn on, when that has ended. */
class Voice {
  /** The terminal is drawn on. */
  waits = false;
  readonly #held: string[] = [];

  say(text: string): void {
    if (!this.waits) say(text);
    else if (this.#held.length < MAX_HELD) this.#held.push(text);
  }

  release(): void {
    this.waits = false;
    for (const text of this.#held.splice(0)) say(text);
  }
}

/** What is to be watched and written, checked. */
interface Task {
  readonly settings: Omit<
    MonitorOptions,
    'version' | 'commandLine' | 'clock' | 'signal' | 'reports' | 'outputs' | 'onTick' | 'onRun' | 'warn'
  >;
  readonly formats: Awaited<ReturnType<typeof liveFiles>>;
  readonly share: Awaited<ReturnType<typeof liveShare>>;
}

async function taskOf(options: Options, paths: Paths, fromStdin: boolean): Promise<Task> {
  const watch = await watchOptionsOf(options, fromStdin);
  const interval = Math.max(SHORTEST_INTERVAL, duration('interval', options['interval'], DEFAULT_INTERVAL));
  const lasts = duration('for', options['for'], Infinity);
  const untilProven = proven(options);
  const fails = failOn('fail-on', options['fail-on']);
  const { inventory = null } = watch;
  const lists = inventory === null ? [] : [inventory.path];
  const formats = await liveFiles(paths.report, paths.formats, {
    jsonSchema: jsonSchema(options['json-schema']),
  });
  await checkOutputs(plannedFiles(formats, paths), [...lists, ...several('rules', options['rules'], false)]);
  const state = await readState(paths.state, say);
  const share = await liveShare(options, dirname(paths.report), state?.secret);
  const settings = {
    ...watch,
    restored: state?.verdicts ?? [],
    sequence: state?.sequence ?? 0,
    interval,
    duration: lasts,
    untilProven,
    statePath: paths.state,
    ...(fails === undefined ? {} : { failOn: fails }),
    ...(share === null ? {} : { secret: () => share.live.secret }),
  };
  return { settings, formats, share };
}

function readsStdin(words: readonly string[], options: Options): boolean {
  const [word, surplus] = words;
  if (word === undefined) return false;
  if (word !== '-') {
    throw new UsageError(
      `live: "${word}" is no option; a saved capture is analysed by "analyze"${tryHelp(LIVE)}`,
    );
  }
  if (surplus !== undefined) throw new UsageError(`live: "${surplus}" is one word too many${tryHelp(LIVE)}`);
  refuseBeside('"-"', options);
  if (options['follow'] !== undefined) throw new UsageError('live: give either "-" or --follow.');
  if (process.stdin.isTTY) {
    throw new UsageError(
      '"-" reads a capture from standard input, but that is a terminal; pipe one into it.',
    );
  }
  return true;
}

/** What belongs to a program that captures makes no sense where another one has captured. */
function refuseBeside(what: string, options: Options): void {
  for (const name of ['interface', 'source', 'filter']) {
    if (options[name] === undefined) continue;
    throw new UsageError(
      `live: ${what} reads what was captured; --${name} belongs to the program that captures.`,
    );
  }
}

function sourceOf(options: Options, fromStdin: boolean): LiveOptions {
  if (fromStdin) return { source: 'stdin' };
  const files = several('follow', options['follow'], false);
  if (files.length > 0) {
    refuseBeside('--follow', options);
    return { source: 'files', files };
  }
  const wanted = single('source', options['source']);
  const source = wanted === undefined ? 'auto' : SOURCES.find((kind) => kind === wanted);
  if (source === undefined) {
    throw new UsageError(`--source: "${wanted ?? ''}" is none of ${SOURCES.join(', ')}.`);
  }
  const { filter } = options;
  return {
    source,
    interfaces: several('interface', options['interface'], true),
    // An empty filter is one: nothing is left out.
    ...(filter === undefined ? {} : { filter: filter === '' ? '' : (single('filter', filter) ?? '') }),
  };
}

async function watchOptionsOf(options: Options, fromStdin: boolean): Promise<WatchOptions> {
  const agentPort = port('agent-port', options['agent-port'], DEFAULT_AGENT_PORT);
  const serverPort = port('server-port', options['server-port'], DEFAULT_SERVER_PORT);
  const server = addresses('server', options['server']);
  const hosts = single('hosts', options['hosts']);
  const limits = thresholds('threshold', options['threshold']);
  const elsewhere = fromStdin || options['follow'] !== undefined;
  const own = server.length > 0 || elsewhere ? null : ownServer();
  return {
    server,
    agentPort,
    serverPort,
    answerWait: seconds('answer-wait', options['answer-wait'], DEFAULT_ANSWER_WAIT_SECONDS),
    inventory: hosts === undefined ? null : await loadInventory(hosts),
    maxFlows: count('max-flows', options['max-flows'], 1) ?? LIVE_MAX_FLOWS,
    ...(limits === undefined ? {} : { thresholds: limits }),
    packs: await loadPacks({ files: several('rules', options['rules'], false), agentPort, serverPort }),
    ...(own === null ? {} : { knownServer: own }),
  };
}

/** What is captured on this machine is this machine's traffic. */
function ownServer(): ServerIdentity | null {
  const own = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ internal }) => !internal)
    .map(({ address }) => parseAddress(address.replace(/%.*$/, '')))
    .filter((address) => address !== null);
  if (own.length === 0) return null;
  return {
    keys: new Set(own.map(hostKeyOf)),
    source: 'option',
    reasons: [{ code: 'capturing_machine' }],
  };
}

function proven(options: Options): boolean {
  const until = single('until', options['until']);
  if (until === undefined) return false;
  if (until === 'proven') return true;
  throw new UsageError(`--until: "${until}" is not known; the only end to wait for is "proven".`);
}

function pathsOf(options: Options): Paths {
  const given = single('report', options['report']);
  if (given === '-') {
    throw new UsageError(
      '--report: standard output holds the events or the summary; give a file name or a folder.',
    );
  }
  const report = given === undefined ? DEFAULT_REPORT : isFolder(given) ? join(given, REPORT_NAME) : given;
  const beside = report.replace(/(\.html?)?$/i, '');
  return {
    report,
    formats: new Map(
      FORMATS.flatMap(({ option }) => {
        const path = single(option, options[option]);
        return path === undefined ? [] : [[option, path] as const];
      }),
    ),
    state: single('state', options['state']) ?? `${beside}.state.json`,
    events: single('events', options['events']) ?? '',
  };
}

function isFolder(path: string): boolean {
  return /[\\/]$/.test(path) || (existsSync(path) && statSync(path).isDirectory());
}

function plannedFiles(formats: readonly Output[], { state, events }: Paths): Output[] {
  const write = (): Promise<void> => Promise.resolve();
  const files = [...formats, { option: 'state', path: state, write }];
  if (events !== '' && events !== '-') files.push({ option: 'events', path: events, write });
  return files;
}

function introduce(reader: LiveReader, { report, state }: Paths): void {
  for (const { kind, taken, reason } of reader.choice ?? [])
    if (!taken) say(`${kind} is not used: ${reason}.`);
  const filter = reader.filter === undefined || reader.filter === '' ? '' : ` Filter: ${reader.filter}.`;
  say(`listening by ${reader.description}.${filter} Report: ${report}; history: ${state}. Ctrl-C ends it.`);
}
