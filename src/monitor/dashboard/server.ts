/**
 * The dashboard's web server: the page, its stream of updates, the last report and the metrics. Everything lies
 * below a path that holds a random token; only metrics without addresses are also found without it, and only
 * from this machine. Nothing is stored in the browser and nothing can be changed from it.
 */
import { open } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { isIPv6 } from 'node:net';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { UsageError } from '../../capture/bytes/usage-error.js';
import type { LiveMetrics } from '../outputs/metrics.js';
import type { LiveOutput, LiveSnapshot } from '../words/model.js';
import { Names, listening, refusal, sameSecret, tokenOf } from './access.js';
import type { Listening } from './access.js';
import { pageText, readPageAssets } from './page.js';
import {
  HEAD_CHECK_MS,
  HEAD_TIMEOUT_MS,
  IDLE_TIMEOUT_MS,
  MAX_HEAD_BYTES,
  MAX_REQUESTS,
  Peers,
} from './peers.js';
import { MAX_PICTURES, PictureMaker } from './picture.js';
import { Pace } from './pace.js';
import { MAX_STREAMS, Streams } from './streams.js';
import { queryOf, viewOf } from './view.js';

export const DEFAULT_DASHBOARD_PORT = 8414;
const RETRY_AFTER_SECONDS = 30;
/** What the last report takes of the room for answers: it is read piece by piece. */
const REPORT_BYTES = 256 << 10;

export interface DashboardOptions {
  /** 0 = any free one; DEFAULT_DASHBOARD_PORT when absent. */
  readonly port?: number;
  /** As `listening` reads it; absent = 127.0.0.1. */
  readonly listen?: string;
  /** Others than this machine may see it. */
  readonly allowRemote?: boolean;
  /** Further names that the Host header may have, e.g. behind a proxy. */
  readonly names?: readonly string[];
  /** A secret that stays the same across restarts; absent = a new one. */
  readonly token?: string;
  readonly metrics?: LiveMetrics;
  /** Path of the HTML report that is written again and again; it need not exist yet. */
  readonly report?: string;
}

export interface Dashboard {
  /** With the token: whoever has it sees the dashboard. */
  readonly url: string;
  /** Without the token; '' when metrics need it or there are none. */
  readonly metricsUrl: string;
  readonly output: LiveOutput;
  readonly load: () => DashboardLoad;
}

/** Open pages, bytes that wait for them in this process, connections, and bytes of other answers on their way. */
export interface DashboardLoad {
  readonly streams: number;
  readonly waitingBytes: number;
  readonly connections: number;
  readonly inFlight: number;
}

/**
 * Starts to listen.
 * @throws UsageError when the address, port or token cannot be used.
 */
export async function startDashboard(options: DashboardOptions = {}): Promise<Dashboard> {
  const where = listening(options.listen, options.allowRemote);
  const token = tokenOf(options.token);
  const service = new DashboardService(options, where, token);
  const port = await service.listen(options.port ?? DEFAULT_DASHBOARD_PORT, where);
  const shown = where.address === '' ? '127.0.0.1' : where.address;
  const origin = `http://${isIPv6(shown) ? `[${shown}]` : shown}:${port}`;
  return {
    url: `${origin}/${token}/`,
    metricsUrl: service.openMetrics ? `${origin}/metrics` : '',
    output: service,
    load: () => service.load,
  };
}

const COMMON_HEADERS: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
};
const NO_CONTENT_POLICY = "default-src 'none'; frame-ancestors 'none'";

const NOT_FOUND =
  'Not found. Open the dashboard with the whole address that portwitness printed at its start.\n';

class DashboardService implements LiveOutput {
  readonly openMetrics: boolean;
  readonly #token: string;
  readonly #names: Names;
  readonly #metrics: LiveMetrics | undefined;
  readonly #report: string;
  readonly #maker = new PictureMaker();
  readonly #pace = new Pace();
  readonly #streams = new Streams(this.#maker, this.#pace);
  readonly #peers = new Peers();
  /** Answers of the present state, made when they are first asked for. */
  readonly #pages = new Map<string, Buffer>();
  #metricsBody: Promise<Buffer> | null = null;
  readonly #assets = readPageAssets();
  readonly #server: Server;
  #trouble = '';

  constructor(options: DashboardOptions, where: Listening, token: string) {
    this.#token = token;
    this.#names = new Names(where, options.names);
    this.#metrics = options.metrics;
    this.#report = options.report ?? '';
    this.openMetrics = where.loopback && options.metrics?.hasAddresses === false;
    this.#server = createServer(
      {
        headersTimeout: HEAD_TIMEOUT_MS,
        requestTimeout: HEAD_TIMEOUT_MS,
        connectionsCheckingInterval: HEAD_CHECK_MS,
        maxHeaderSize: MAX_HEAD_BYTES,
        keepAlive: true,
      },
      (request, response) => {
        this.#answer(request, response).catch((error: unknown) => this.#failed(response, error));
      },
    );
    this.#server.maxRequestsPerSocket = MAX_REQUESTS;
    this.#server.timeout = IDLE_TIMEOUT_MS;
    this.#server.keepAliveTimeout = IDLE_TIMEOUT_MS;
    this.#server.on('connection', (socket) => this.#peers.came(socket));
    this.#server.on('dropRequest', (_request, socket) => socket.destroy());
  }

  get trouble(): string {
    return this.#trouble;
  }

  get load(): DashboardLoad {
    return {
      streams: this.#streams.size,
      waitingBytes: this.#streams.waitingBytes,
      connections: this.#peers.size,
      inFlight: this.#peers.inFlight,
    };
  }

  snapshot(snapshot: LiveSnapshot): void {
    this.#maker.take(snapshot);
    if (snapshot.nextWithin !== undefined) this.#pace.tick(snapshot.nextWithin);
    this.#pages.clear();
    this.#metricsBody = null;
    this.#streams.tell();
  }

  listen(port: number, { address }: Listening): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => {
        void this.close();
        reject(new UsageError(`the dashboard cannot listen on port ${port}: ${listenAdvice(error)}`));
      });
      this.#server.listen({ port, ...(address === '' ? {} : { host: address }) }, () => {
        this.#server.removeAllListeners('error');
        this.#server.on('error', (error) => {
          this.#trouble = `the dashboard is in trouble: ${error.message}`;
        });
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  async close(): Promise<void> {
    this.#streams.close('Monitoring has ended; this is the last state.');
    this.#peers.close();
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    // A page that reads nothing would keep the program from ending.
    const last = setTimeout(() => this.#server.closeAllConnections(), 500);
    await closed;
    clearTimeout(last);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '', query = ''] = splitOnce(request.url ?? '/', '?');
    const [token = '', name] = splitOnce(path.slice(1), '/');
    const isKnown = sameSecret(token, this.#token);
    this.#peers.asked(request, isKnown);
    if (!(await this.#peers.turn(request, response))) return;
    for (const [name, value] of Object.entries(COMMON_HEADERS)) response.setHeader(name, value);
    const refused = refusal(request.headers, this.#names);
    if (refused !== '') return text(response, 403, `Refused: ${refused}.\n`);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      return text(response, 405, 'There is nothing to change here.\n');
    }
    if (path === '/metrics' && this.openMetrics) return this.#tellMetrics(response);
    if (!isKnown) return text(response, 404, NOT_FOUND);
    return this.#below(name, new URLSearchParams(query), request, response);
  }

  /** Below the token: undefined = the token alone, whose relative links would lead nowhere. */
  async #below(
    name: string | undefined,
    query: URLSearchParams,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    switch (name) {
      case undefined:
        response.writeHead(308, { Location: `/${this.#token}/` }).end();
        return;
      case '':
        return this.#tellPage(query, response);
      case 'events':
        return this.#tellEvents(query, request, response);
      case 'metrics':
        return this.#tellMetrics(response);
      case 'report':
        return this.#tellReport(response);
      default:
        return text(response, 404, NOT_FOUND);
    }
  }

  #tellPage(query: URLSearchParams, response: ServerResponse): void {
    const view = viewOf(query);
    const key = queryOf(view);
    const late = this.#pace.late;
    let body = late === '' ? this.#pages.get(key) : undefined;
    if (body === undefined) {
      if (this.#pages.size >= MAX_PICTURES) return this.#busy(response);
      const links = { report: this.#report !== '', metrics: this.#metrics !== undefined, late };
      body = Buffer.from(pageText(this.#maker.picture(view), view, links, this.#assets));
      if (late === '') this.#pages.set(key, body);
    }
    if (!this.#peers.takeRoom(response, body.length)) return this.#busy(response);
    response.setHeader('Content-Security-Policy', this.#assets.policy);
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(body);
  }

  /** Too much was asked for at once; the next state has room again. */
  #busy(response: ServerResponse): void {
    response.setHeader('Retry-After', '1');
    response.setHeader('Connection', 'close');
    text(response, 503, 'Too much is asked for at once; try again.\n');
  }

  #tellEvents(query: URLSearchParams, request: IncomingMessage, response: ServerResponse): void {
    response.setHeader('Content-Security-Policy', NO_CONTENT_POLICY);
    response.setHeader('Content-Type', 'text/event-stream; charset=utf-8');
    if (request.method === 'HEAD') {
      response.end();
    } else if (!this.#streams.add(response, viewOf(query))) {
      response.setHeader('Retry-After', String(RETRY_AFTER_SECONDS));
      text(response, 503, `${MAX_STREAMS} pages are open already; close one.\n`);
    }
  }

  async #tellMetrics(response: ServerResponse): Promise<void> {
    if (this.#metrics === undefined) return text(response, 404, 'There are no metrics.\n');
    const { late } = this.#pace;
    // Values that nobody makes any more must not look like those of now.
    if (late !== '') return text(response, 503, `${late}\n`);
    this.#metricsBody ??= this.#metrics.text().then((body) => Buffer.from(body));
    const body = await this.#metricsBody;
    if (!this.#peers.takeRoom(response, body.length)) return this.#busy(response);
    response.setHeader('Content-Security-Policy', NO_CONTENT_POLICY);
    response.setHeader('Content-Type', this.#metrics.contentType);
    response.end(body);
  }

  /** The report has its own policy inside, stricter than a header could say for it. */
  async #tellReport(response: ServerResponse): Promise<void> {
    if (this.#report === '') return text(response, 404, 'No report is being written.\n');
    if (!this.#peers.takeRoom(response, REPORT_BYTES)) return this.#busy(response);
    let file;
    try {
      file = await open(this.#report);
    } catch {
      return text(response, 404, 'The report has not been written yet.\n');
    }
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.setHeader('Content-Security-Policy', "frame-ancestors 'none'");
    await pipeline(file.createReadStream(), response);
  }

  /** A reader that went away is no trouble. */
  #failed(response: ServerResponse, error: unknown): void {
    response.destroy();
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET' || code === 'EPIPE') return;
    this.#trouble = `the dashboard could not answer: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function text(response: ServerResponse, status: number, body: string): void {
  response.setHeader('Content-Security-Policy', NO_CONTENT_POLICY);
  const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': Buffer.byteLength(body) };
  response.writeHead(status, headers).end(body);
}

/** The text before and after the first separator; one piece when there is none. */
function splitOnce(whole: string, separator: string): readonly string[] {
  const at = whole.indexOf(separator);
  return at < 0 ? [whole] : [whole.slice(0, at), whole.slice(at + separator.length)];
}

function listenAdvice({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'EADDRINUSE') return 'another program uses it; choose another port.';
  if (code === 'EACCES') return 'permission denied; choose a port above 1023.';
  if (code === 'EADDRNOTAVAIL') return 'this machine does not have that address.';
  return `${message}.`;
}
