/**
 * Ends a monitor that does not turn any more, so that what started it can start it again: a thread of its own (see
 * watchdog-worker.ts) looks at the event loop, and systemd, where it asks for it, at the ticks (sd_watchdog_enabled(3),
 * sd_notify(3)).
 */
import { spawn } from 'node:child_process';
import { getAsset, isSea } from 'node:sea';
import { Worker } from 'node:worker_threads';

/** How often the loop moves the counter on, and the thread looks; milliseconds. */
const BEAT_MS = 1000;
/** Looks without a beat after which the process is ended: no judgement blocks the loop for a minute. */
const MOST_MISSED = 120;
const HEAP = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2 };

export interface WatchdogTiming {
  readonly beat: number;
  readonly most: number;
}

export interface Watchdog {
  /** A judgement was made. */
  tick(): void;
  stop(): void;
}

/** Begins to watch this process. */
export function startWatchdog(timing: WatchdogTiming = { beat: BEAT_MS, most: MOST_MISSED }): Watchdog {
  const beats = new Int32Array(new SharedArrayBuffer(4));
  // The one executable file holds the thread as text.
  const source = isSea()
    ? getAsset('watchdog-worker.js', 'utf8')
    : new URL('./watchdog-worker.js', import.meta.url);
  const worker = new Worker(source, {
    eval: isSea(),
    workerData: { beats, pause: timing.beat, most: timing.most },
    // Options of this process, such as --input-type, are not the thread's.
    execArgv: [],
    resourceLimits: HEAP,
  });
  // Without its thread (no memory left, a bundle without the file) monitoring is not watched, and goes on.
  worker.on('error', () => undefined);
  worker.unref();
  const timer = setInterval(
    () => Atomics.store(beats, 0, (Atomics.load(beats, 0) + 1) & 0x3fff_ffff),
    timing.beat,
  );
  timer.unref();
  const notifier = serviceNotifier(process.env, process.pid);
  return {
    tick: () => notifier?.tell(),
    stop: () => {
      clearInterval(timer);
      Atomics.store(beats, 0, -1);
    },
  };
}

/** Tells systemd by its own program, since Node has no datagram sockets of AF_UNIX. */
export class ServiceNotifier {
  readonly #pause: number;
  readonly #send: () => void;
  readonly #now: () => number;
  #next = -Infinity;

  /** @param pause milliseconds between two messages */
  constructor(pause: number, send: () => void, now: () => number = () => performance.now()) {
    this.#pause = pause;
    this.#send = send;
    this.#now = now;
  }

  tell(): void {
    const now = this.#now();
    if (now < this.#next) return;
    this.#next = now + this.#pause;
    this.#send();
  }
}

/** null where no service manager asks for a sign of life. */
export function serviceNotifier(environment: NodeJS.ProcessEnv, pid: number): ServiceNotifier | null {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: microseconds, WATCHDOG_PID: meant } = environment;
  const pause = Number(microseconds) / 1000 / 4;
  if (socket === undefined || socket === '' || !(pause > 0)) return null;
  if (meant !== undefined && meant !== String(pid)) return null;
  return new ServiceNotifier(pause, () => {
    const child = spawn('systemd-notify', ['WATCHDOG=1'], { stdio: 'ignore' });
    child.on('error', () => undefined).unref();
  });
}
