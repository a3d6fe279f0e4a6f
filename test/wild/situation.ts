/** A situation in the wild: what happens on the wire beside healthy traffic, and what a careful expert would say of it. */
import { computer, computer6, nas01, nas01v6, router } from '../../captures/recipes/craft/hosts.js';
import { zeros } from '../../captures/recipes/craft/bytes.js';
import { SECOND, Wire, asPcap, quotation } from '../../captures/recipes/craft/wire.js';
import type { Host, SentSegment, WireOptions } from '../../captures/recipes/craft/wire.js';
import { userActivityRound } from '../../captures/recipes/round.js';
import type { RoundOptions, Service } from '../../captures/recipes/round.js';
import type { AnnotatedFrame } from '../../src/capture/pcap/pcapng-writer.js';
import type { Location } from '../../src/verdict/words/words.js';
import { Talk } from './talk.js';
import type { Actors } from './talk.js';

type Services = NonNullable<RoundOptions['services']>;

/** What is expected of one cell; `host` by name, default WS01. */
export interface Cell {
  readonly rule: string;
  readonly host?: string;
  /** One of these. */
  readonly verdict: string;
  readonly confidence?: string;
  readonly place?: Location;
  /** Of the word, the reason and the place. */
  readonly says?: RegExp;
  readonly never?: RegExp;
}

export interface Situation {
  readonly kind: string;
  readonly title: string;
  readonly ipv6?: boolean;
  readonly wire?: Omit<WireOptions, 'seed'>;
  /** What of WS01's round does not happen by itself. */
  readonly services?: Services;
  readonly play: (stage: Stage) => unknown;
  /** The capture files; default: one pcap. */
  readonly files?: (frames: readonly AnnotatedFrame[]) => readonly Uint8Array[];
  readonly server?: readonly string[];
  /** Lines of a list of computers. */
  readonly listed?: readonly string[];
  readonly cells?: readonly Cell[];
  /** Kind, fact and owner of every cause; '' = there is none. */
  readonly causes?: string;
  /** Addresses of this server, names of the computers. */
  readonly servers?: readonly string[];
  readonly computers?: readonly string[];
  /** Codes of quality findings that are there, or with '-' are not. */
  readonly quality?: readonly string[];
  /** Of all sentences of the result, and of the sentence and the first action. */
  readonly says?: RegExp;
  readonly never?: RegExp;
  readonly headline?: RegExp;
  readonly headlineNever?: RegExp;
  readonly exit?: 0 | 1 | 3;
  readonly unexpected?: number;
}

/** The scene: this server, WS01 that the situation is about, WS02 that is healthy, and the gateway between. */
export class Stage {
  readonly wire: Wire;
  readonly server: Host;
  readonly peer: Host;
  readonly other: Host;
  readonly gateway: Host;
  readonly ipv6: boolean;

  constructor(ipv6: boolean, wire: Omit<WireOptions, 'seed'> = {}) {
    this.ipv6 = ipv6;
    this.server = ipv6 ? nas01v6() : nas01();
    this.wire = new Wire(this.server, { ...wire, seed: 9 });
    [this.peer, this.other] = ipv6 ? [computer6(1), computer6(2)] : [computer(1), computer(2)];
    this.gateway = ipv6 ? { ...router(), ip: '2001:db8:20::1' } : router();
  }

  /** This server calls WS01. */
  call(port: number, actors: Actors = {}): Talk {
    return new Talk(this.wire, this.server, this.peer, port, actors);
  }

  /** WS01 calls this server. */
  report(port = 9004, actors: Actors = {}): Talk {
    return new Talk(this.wire, this.peer, this.server, port, actors);
  }

  talk(from: Host, to: Host, port: number, actors: Actors = {}): Talk {
    return new Talk(this.wire, from, to, port, actors);
  }

  /** Another round, or a part of it, of a computer; default WS01. */
  round(at: number, only?: readonly Service[], host: Host = this.peer): void {
    userActivityRound(this.wire, this.server, host, { at, ...(only === undefined ? {} : { only }) });
  }

  /** Says type and code about a segment, as the gateway or another. */
  icmp(about: SentSegment | undefined, type: number, code: number, more: IcmpMore = {}): void {
    const { by = this.gateway, after = 0.001, at = 0, rest = zeros(4) } = more;
    if (about === undefined) throw new Error('nothing was sent');
    const message = { type, code, rest, body: () => quotation(about) };
    this.wire.icmp((at + after) * SECOND, by, about.from, message);
  }

  /** A SYN at each time, none of them answered otherwise than by an ICMP message of that type and code. */
  rejected(talk: Talk, times: readonly number[], type: number, code: number, more: IcmpMore = {}): void {
    for (const at of times) {
      talk.play(at === times[0] ? '>S' : '>S!', at);
      this.icmp(talk.sent.at(-1), type, code, { ...more, at });
    }
  }
}

interface IcmpMore {
  readonly by?: Host;
  readonly rest?: Uint8Array;
  /** Seconds of the segment, and from it to the message. */
  readonly at?: number;
  readonly after?: number;
}

/** A request, its answer, and both sides close. */
export const SERVED = '>P40 <P60 >A >F <F >A';
/** Nothing that follows from 135. */
export const NO_135 = { epm: 'absent', scm: 'absent', activation: 'absent', wmi: 'absent' } as const;
export const NO_SMB = { smb: 'absent', session: 'absent' } as const;

/** The same machine with another address. */
export function at(host: Host, ip: string, more: Partial<Host> = {}): Host {
  return { ...host, ip, ...more };
}

/** Plays it between two healthy rounds and writes its files. */
export function filesOf(situation: Situation): readonly Uint8Array[] {
  const { ipv6 = false, services = {}, play, files } = situation;
  const stage = new Stage(ipv6, situation.wire);
  const { wire, server, peer, other } = stage;
  userActivityRound(wire, server, peer, { at: 1, services });
  userActivityRound(wire, server, other, { at: 1.1 });
  play(stage);
  // The capture goes on long enough for silence to count.
  stage.round(90, ['ping'], other);
  const frames = wire.frames();
  return files?.(frames) ?? [asPcap(frames)];
}
