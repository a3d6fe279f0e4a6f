/**
 * NegotiateStream: a logon with NTLM, then signed and encrypted bytes whose meaning nobody can see. It stands for
 * what the product says on 9003 and 9004 since version 10.5, which is not published.
 *
 * Normative: [MS-NNS] §2.2.1 (handshake), §2.2.2 (data messages), §3.1.4; [MS-NLMP] §2.2.2.9 (signature).
 *
 *   client: 16 01 00 len16 token ─> server: 16 01 00 len16 token ─> client: 16 ... ─> server: 14 01 00 len16 token
 *   then both: | length u32 LE | 01 00 00 00 checksum (8) sequence u32 | sealed bytes |
 */
import { be16, concat, le32, u8 } from '../craft/bytes.js';
import type { Random } from '../craft/random.js';
import {
  ntlmAuthenticate,
  ntlmChallenge,
  ntlmNegotiate,
  spnegoChallenge,
  spnegoDone,
  spnegoInit,
  spnegoProof,
  type LogonParties,
} from './ntlm.js';

const MessageId = { Done: 0x14, InProgress: 0x16 } as const;
const VERSION = [1, 0] as const;
const SIGNATURE_VERSION = 1;
const CHECKSUM = 8;

const handshake = (id: number, token: Uint8Array): Uint8Array =>
  concat(u8(id, ...VERSION), be16(token.length), token);

/** Questions and answers of the handshake. */
export function negotiateHandshake(
  of: LogonParties,
): readonly (readonly [question: Uint8Array, answer: Uint8Array])[] {
  const first = handshake(MessageId.InProgress, spnegoInit(ntlmNegotiate()));
  const challenge = handshake(MessageId.InProgress, spnegoChallenge(ntlmChallenge(of)));
  const proof = handshake(MessageId.InProgress, spnegoProof(ntlmAuthenticate(of)));
  return [
    [first, challenge],
    [proof, handshake(MessageId.Done, spnegoDone())],
  ];
}

/** A data message that hides `length` bytes; `sequence` counts those of one side from 0. */
export function sealed(random: Random, sequence: number, length: number): Uint8Array {
  const signature = concat(le32(SIGNATURE_VERSION), random.bytes(CHECKSUM), le32(sequence));
  return concat(le32(signature.length + length), signature, random.bytes(length));
}
