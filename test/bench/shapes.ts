/** What the benchmark's captures look like: which conversations a computer has, in which order, and how many. */
import { Random } from '../../captures/recipes/craft/random.js';
import {
  VARIANTS,
  dynamicPort,
  mapperQuestion,
  nameLookup,
  pipeVisit,
  remotingCalls,
  sealedCalls,
  serviceStatus,
  videoCopy,
} from './conversations.js';
import type { Script } from './script.js';

/** One kind of conversation. */
export interface Kind {
  readonly protocol: 'tcp' | 'udp';
  readonly from: 'server' | 'computer';
  readonly to: 'server' | 'computer' | 'domain_controller';
  /** The responder's port, for each variant. */
  readonly ports: readonly number[];
  /** What is said, for each variant; null = never answered. */
  readonly scripts: readonly Script[] | null;
  /** Comes long after the other conversations with the same computer. */
  readonly later: boolean;
}

export interface Shape {
  readonly name: string;
  /** At scale 1. */
  readonly flows: number;
  /** Computers that share the flows; Infinity = every flow has an address of its own. */
  readonly computers: number;
  /** The conversations with one computer, in order; a computer is met again when all were met. */
  readonly visit: () => readonly Kind[];
}

const SEED = 20260303;
const variants = <T>(of: (variant: number) => T): T[] => Array.from({ length: VARIANTS }, (_, v) => of(v));
const times = <T>(count: number, kind: T): T[] => Array.from({ length: count }, () => kind);

function fromServer(port: number, script: (variant: number) => Script): Kind {
  const [ports, scripts] = [variants(() => port), variants(script)];
  return { protocol: 'tcp', from: 'server', to: 'computer', ports, scripts, later: false };
}

function status(questions: number): Kind {
  const scripts = variants((v) => serviceStatus(v, questions));
  return { ...fromServer(135, () => []), ports: variants(dynamicPort), scripts, later: true };
}

function sealed(calls: number, random: Random): Kind {
  const kind = fromServer(9004, (v) => sealedCalls(v, calls, random));
  return { ...kind, from: 'computer', to: 'server' };
}

function bulkVisit(): Kind[] {
  const video = fromServer(445, (v) => videoCopy(v, new Random(SEED + v)));
  const mapper = fromServer(135, mapperQuestion);
  const callBack = fromServer(9003, () => remotingCalls(3));
  const agent = sealed(6, new Random(SEED));
  return [mapper, ...times(8, video), status(6), callBack, ...times(8, video), agent];
}

function smallVisit(): Kind[] {
  const mapper = fromServer(135, mapperQuestion);
  const lookup: Kind = { ...fromServer(53, nameLookup), protocol: 'udp', to: 'domain_controller' };
  const callBack = fromServer(9003, () => remotingCalls(3));
  const agent = sealed(6, new Random(SEED));
  const pipe = fromServer(445, pipeVisit);
  const services = status(6);
  return [
    ...[lookup, mapper, services, agent, services],
    ...[callBack, services, pipe, services, agent],
    ...[services, agent, services, callBack, services],
    ...[services, mapper, services, agent, services],
  ];
}

function scanVisit(): Kind[] {
  return [445, 135, 9003, 139].map((port) => ({ ...fromServer(port, () => []), scripts: null }));
}

/** One visit with payload, the other connections only opened and closed: what a report at size is made of. */
function fleetVisit(): Kind[] {
  const mapper = fromServer(135, mapperQuestion);
  const lookup: Kind = { ...fromServer(53, nameLookup), protocol: 'udp', to: 'domain_controller' };
  const agent = sealed(1, new Random(SEED));
  const opened = (port: number): Kind => fromServer(port, () => []);
  const agentOpened: Kind = { ...opened(9004), from: 'computer', to: 'server' };
  const rest = [445, 139, 9003, 135].map(opened);
  return [
    ...[lookup, mapper, status(1), agent, fromServer(9003, () => remotingCalls(1))],
    ...[...rest, agentOpened, ...rest, agentOpened, ...rest, agentOpened],
  ];
}

/** ≈ 1.2 M packets, ≈ 750 MB: recordings that are copied. */
export const BULK: Shape = { name: 'bulk', flows: 20_000, computers: 2000, visit: bulkVisit };
/** ≈ 5 M packets, ≈ 430 MB: status calls of many computers. */
export const SMALL: Shape = { name: 'small', flows: 200_000, computers: 2000, visit: smallVisit };
/** 2 M SYN, each to an address of its own, that nobody answers. */
export const SCAN: Shape = { name: 'scan', flows: 2_000_000, computers: Infinity, visit: scanVisit };
/** 1 M short connections of 5,000 computers: the report at size. */
export const FLEET: Shape = { name: 'fleet', flows: 1_000_000, computers: 5000, visit: fleetVisit };
/** 1.2 M short connections of 60,000 computers: 540,000 verdicts. */
export const HOSTS: Shape = { name: 'hosts', flows: 1_200_000, computers: 60_000, visit: fleetVisit };

export const SHAPES: readonly Shape[] = [BULK, SMALL, SCAN, FLEET, HOSTS];
