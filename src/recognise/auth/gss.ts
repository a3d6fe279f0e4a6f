/**
 * Security tokens of one connection: NTLM exchanges become facts and teach both computers' names, a Kerberos
 * ticket tells which host the client meant.
 *
 * Normative: RFC 4178 §4.2 (SPNEGO), RFC 2743 §3.1 (token framing), RFC 4121 §4.1 (Kerberos token id),
 * [MS-NLMP] §3.1.5.
 *
 *   originator: NEGOTIATE ─> responder: CHALLENGE (its names) ─> originator: AUTHENTICATE (user, workstation)
 */
import type { Side } from '../facts/dissector.js';
import type { Origin } from '../../flow/record/origin.js';
import { factText } from '../facts/facts.js';
import type { NtlmFacts } from '../facts/facts.js';
import { ticketHost } from './kerberos.js';
import type { AddressPair, Learner } from '../facts/learner.js';
import { parseNtlm } from './ntlm.js';
import type { NtlmAuthenticate, NtlmChallenge } from './ntlm.js';

/** Bytes of a token that are searched for a ticket. */
const MAX_SEARCH = 256;

/** One for each connection (or each pipe); holds the last challenge. */
export class GssExchange {
  private readonly learner: Learner;
  private readonly ends: AddressPair;
  private challenge: NtlmChallenge | null = null;
  /** null = no ticket was seen. */
  private tickets: string[] | null = null;
  /** The exchange whose outcome is awaited. */
  private last: NtlmFacts | null = null;

  constructor(learner: Learner, ends: AddressPair) {
    this.learner = learner;
    this.ends = ends;
  }

  /** Begins with another connection. */
  begin(): void {
    this.challenge = null;
    this.tickets = null;
    this.last = null;
  }

  /**
   * Takes the token `bytes[at .. end)` that `side` sent (SPNEGO, Kerberos or bare NTLM); bytes around it do not
   * matter. True when one was found in it. Never throws on any bytes.
   */
  token(side: Side, bytes: Uint8Array, view: DataView, at: number, end: number, from: Origin): boolean {
    const message = parseNtlm(bytes, view, at, end);
    if (message?.type === 'challenge') {
      this.takeChallenge(side, message, from);
    } else if (message?.type === 'authenticate') {
      this.takeAuthenticate(side, message, from);
    }
    return message !== null || (side === 0 && this.takeTicket(bytes, at, end, from));
  }

  /** What the server said to the last AUTHENTICATE. */
  outcome(success: boolean): void {
    if (this.last !== null) this.last.success = success;
    this.last = null;
  }

  private takeChallenge(side: Side, challenge: NtlmChallenge, from: Origin): void {
    this.challenge = challenge;
    const { learner, ends } = this;
    const address = ends.text(side, from.flow);
    learner.learn(address, challenge.dnsComputer, 'ntlm', from);
    learner.learn(address, challenge.netbiosComputer, 'ntlm', from);
  }

  private takeAuthenticate(side: Side, message: NtlmAuthenticate, from: Origin): void {
    const { challenge, learner } = this;
    this.challenge = null;
    if (message.workstation !== '')
      learner.learn(this.ends.text(side, from.flow), message.workstation, 'ntlm', from);
    const fact: NtlmFacts = {
      user: factText(message.user),
      domain: factText(message.domain),
      workstation: factText(message.workstation),
      serverNetbios: factText(challenge?.netbiosComputer ?? ''),
      serverDns: factText(challenge?.dnsComputer ?? ''),
      success: null,
      flow: from.flow,
      sec: from.sec,
      nsec: from.nsec,
      fileIndex: from.fileIndex,
      frame: from.frame,
    };
    learner.facts.ntlm.add(fact);
    this.last = fact;
  }

  /** The ticket's service names the responder: `cifs/fs01.corp.local`. */
  private takeTicket(bytes: Uint8Array, at: number, end: number, from: Origin): boolean {
    const stop = Math.min(end - 4, at + MAX_SEARCH);
    // Not `indexOf`, which would search to the end of the whole buffer.
    for (let i = at; i < stop; i++) {
      if (bytes[i] !== 0x6e) continue;
      const host = ticketHost(bytes, i, end);
      if (host === '') continue;
      const tickets = (this.tickets ??= []);
      if (!tickets.includes(host) && tickets.length < MAX_TICKETS) {
        tickets.push(host);
        this.learner.learn(this.ends.text(1, from.flow), host, 'kerberos', from);
      }
      return true;
    }
    return false;
  }
}

/** Hosts that one connection's tickets may name. */
const MAX_TICKETS = 4;
