/**
 * What a connection to the dashboard may take, before and after it has shown the token: whoever reaches the port must not
 * cost the monitor its pace or its memory, nor keep those out who have the token. A peer is an address.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Connections of one peer that asked without the token, or were silent for longer than `GRACE_MS`; a further one takes
 * the place of the oldest. One that has just come may be a viewer's.
 * @reached the oldest is closed
 */
export const MAX_STRANGERS = 4;
export const GRACE_MS = 1000;
/**
 * Connections of all kinds.
 * @reached a further one takes the place of the oldest without the token, else it is closed
 */
export const MAX_CONNECTIONS = 256;
/**
 * Requests of one connection.
 * @reached it is closed
 */
export const MAX_REQUESTS = 100;
/**
 * Requests of one connection that may wait for their turn.
 * @reached it is closed
 */
export const MAX_WAITING = 8;
/**
 * Bytes of answers that readers have not taken yet, of all connections.
 * @reached further requests are refused
 */
export const MAX_IN_FLIGHT_BYTES = 8 << 20;
/** For the head of a request, and between two looks at it; milliseconds. */
export const HEAD_TIMEOUT_MS = 10_000;
export const HEAD_CHECK_MS = 1000;
/** A connection on which nothing moves is closed after so long. */
export const IDLE_TIMEOUT_MS = 60_000;
/**
 * Bytes of the head of a request.
 * @reached the request is refused
 */
export const MAX_HEAD_BYTES = 8192;

interface Connection {
  readonly peer: string;
  readonly since: number;
  /** It has asked; and with the token. */
  asked: boolean;
  known: boolean;
  waiting: number;
  /** The answer before the next one has been taken. */
  turn: Promise<void>;
}

export class Peers {
  /** In the order of their coming. */
  readonly #connections = new Map<Socket, Connection>();
  readonly #timer: NodeJS.Timeout;
  #inFlight = 0;

  constructor(grace = GRACE_MS) {
    this.#timer = setInterval(() => this.#sweep(performance.now() - grace), Math.ceil(grace / 2));
    this.#timer.unref();
  }

  get size(): number {
    return this.#connections.size;
  }

  /** Bytes of answers on their way. */
  get inFlight(): number {
    return this.#inFlight;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** A connection was made; another one may be closed for it. */
  came(socket: Socket): void {
    if (this.#connections.size >= MAX_CONNECTIONS) {
      const strangers = [...this.#connections].filter(([, { known }]) => !known);
      const gives = strangers.find(([, { asked }]) => asked) ?? strangers[0];
      if (gives === undefined) {
        socket.destroy();
        return;
      }
      this.#drop(gives[0]);
    }
    const peer = socket.remoteAddress ?? '';
    const fresh = { asked: false, known: false, waiting: 0, turn: Promise.resolve() };
    this.#connections.set(socket, { peer, since: performance.now(), ...fresh });
    socket.once('close', () => this.#connections.delete(socket));
  }

  /** A request came, with the token or without. */
  asked(request: IncomingMessage, known: boolean): void {
    const connection = this.#connections.get(request.socket);
    if (connection === undefined) return;
    connection.known ||= known;
    if (connection.known || connection.asked) return;
    connection.asked = true;
    this.#keepFew(connection.peer, ({ asked }) => asked);
  }

  #sweep(before: number): void {
    const peers = new Set(Array.from(this.#connections.values(), ({ peer }) => peer));
    for (const peer of peers) this.#keepFew(peer, ({ asked, since }) => asked || since < before);
  }

  /** Closes the oldest strangers of a peer for which `counts` holds, beyond MAX_STRANGERS. */
  #keepFew(peer: string, counts: (connection: Connection) => boolean): void {
    const strangers = [...this.#connections].filter(
      ([, one]) => one.peer === peer && !one.known && counts(one),
    );
    for (const [socket] of strangers.slice(0, -MAX_STRANGERS)) this.#drop(socket);
  }

  /**
   * Waits until all answers before this one have been taken; false when the connection is not worth one: it asks on
   * and on without reading.
   */
  async turn(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const connection = this.#connections.get(request.socket);
    if (connection === undefined || connection.waiting >= MAX_WAITING) {
      this.#drop(request.socket);
      return false;
    }
    const before = connection.turn;
    connection.waiting++;
    connection.turn = new Promise((resolve) => {
      response.once('close', () => {
        connection.waiting--;
        resolve();
      });
    });
    await before;
    return !request.socket.destroyed;
  }

  /** Room for an answer of so many bytes, kept until it was taken; false when there is none. */
  takeRoom(response: ServerResponse, bytes: number): boolean {
    if (this.#inFlight + bytes > MAX_IN_FLIGHT_BYTES) return false;
    this.#inFlight += bytes;
    response.once('close', () => {
      this.#inFlight -= bytes;
    });
    return true;
  }

  #drop(socket: Socket): void {
    this.#connections.delete(socket);
    socket.destroy();
  }
}
