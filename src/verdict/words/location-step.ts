/**
 * What led to the place of a fault, step by step: codes with their values, put into sentences by the report. Addresses
 * are texts, times are seconds.
 */
import type { DropClass } from '../../capture/etl/events/drop-class.js';
import type { CapturePlace } from './capture-place.js';
import type { BlockLayer, LogTime } from './log-block.js';

/** By code: the values that the step's sentence needs. */
export interface LocationSteps {
  /** Nothing tells who stopped the traffic. */
  not_told: NoValues;
  /** Where the capture was taken, which what follows rests on. */
  capture_place: { readonly place: CapturePlace };
  /** ARP requests (IPv4) or neighbor solicitations of this server that stay without an answer. */
  link_address_unanswered: {
    readonly version: 4 | 6;
    readonly questions: number;
    readonly frame: number;
    readonly address: string;
  };
  another_neighbor_unanswered: { readonly address: string };

  /** The other address is this server's as well. */
  answered_from_own_address: { readonly addresses: readonly string[] };
  answered_from_elsewhere: { readonly addresses: readonly string[] };

  drop_marked: NoValues;
  drop_system_unknown: NoValues;
  /** Windows' own report of a drop, and on which side of the connection the Windows machine is. */
  drop_reported: {
    readonly reason: number;
    readonly location: number;
    readonly drop: DropClass;
    readonly at: 'originator' | 'responder' | 'unknown';
  };

  /** A machine's own firewall log: which line or record of it, and the rule by its name or its filter's id, '' = not told. */
  logged_block: {
    readonly path: string;
    readonly unit: 'line' | 'record';
    readonly number: number;
    readonly rule: string;
    readonly filterId: string;
    readonly layer: BlockLayer;
    readonly at: 'originator' | 'responder';
    readonly timeBy: LogTime;
  };

  icmp_from_responder: { readonly sender: string };
  icmp_from_originator: { readonly sender: string };
  icmp_host_does_not_answer: { readonly sender: string };
  icmp_from_device: { readonly sender: string };
  /** `gateway` '' = the destination itself, said to be on the sender's own segment. */
  icmp_redirect: { readonly sender: string; readonly gateway: string; readonly frame: number };

  responder_took_connection: NoValues;
  syns_left: NoValues;
  syns_arrived_nothing_left: NoValues;
  host_answers_elsewhere: NoValues;
  /** It sent nothing but refusals. */
  host_refuses_elsewhere: NoValues;
  /** `seconds` from its last packet to the attempt; -1 = they have left the memory of the program. */
  host_answered_before: { readonly seconds: number };
  /** Nothing of the called address, but of another one of the computer. */
  other_address_answers: { readonly called: string; readonly address: string };
  nothing_of_host_answers: NoValues;
  syn_acks_arrive_unheeded: NoValues;
  syn_acks_do_not_arrive: NoValues;

  rst_of_server_unverified: NoValues;
  rst_of_server_itself: NoValues;
  rst_of_server_after_accepting: NoValues;
  rst_few_packets_to_compare: { readonly address: string };
  rst_ttl_fits: { readonly address: string; readonly ttl: number; readonly flows: number };
  rst_ttl_differs: {
    readonly address: string;
    readonly ttl: number;
    readonly flows: number;
    readonly usual: number;
  };
  rst_ip_id_zero: { readonly counted: number };
  rst_ip_id_counts: NoValues;
  rst_window: { readonly window: number };
  rst_signs_disagree: NoValues;
  rst_other_device_or_way: NoValues;
  rst_nearer_device: NoValues;
  rst_ttl_differs_on_connection: {
    readonly address: string;
    readonly ttl: number;
    readonly usual: number;
  };
  rst_device_forgot_or_inspects: NoValues;
  rst_device_inspects: NoValues;
  rst_sender_not_told: NoValues;

  synack_unfit: { readonly address: string };
  old_connection_kept: { readonly address: string };
  packets_lost_somewhere: NoValues;
  answered_late_here: NoValues;
  late_answer_somewhere: NoValues;
  answered_after_repeat: NoValues;
  /** `asker` '' = this server. */
  answers_ended: {
    readonly address: string;
    readonly asker: string;
    readonly repeats: number;
    readonly seconds: number;
  };
  connection_forgotten_or_host_gone: NoValues;
  host_or_way_gone: NoValues;
  /** Bytes of IP. */
  large_segments_lost: { readonly bytes: number };
  /** `mtu` 0 = not told. */
  icmp_too_big: { readonly sender: string; readonly mtu: number; readonly bytes: number };
  who_fell_silent_not_told: NoValues;
  window_closed: { readonly address: string; readonly seconds: number };

  /** Of a cause: a network or a group of the user's list that fails whole. */
  subnet_fails: { readonly computers: number; readonly subnet: string };
  works_with_others: {
    readonly computers: number;
    readonly hostWorks: boolean;
    readonly inbound: boolean;
  };
  fails_with_all: { readonly computers: number; readonly inbound: boolean };
}

type NoValues = Readonly<Record<never, never>>;

export type LocationCode = keyof LocationSteps;

/** One step. */
export type LocationStep<C extends LocationCode = LocationCode> = {
  readonly [K in C]: { readonly code: K } & LocationSteps[K];
}[C];
