/** Limits of what the decoder follows within a frame and keeps of fragments, in words. */
import { MAX_LAYERS } from '../../../decode/decoder.js';
import type { Decoder } from '../../../decode/decoder.js';
import { FRAGMENT_BYTES, FRAGMENT_TIMEOUT, MAX_DATAGRAMS, MAX_RANGES } from '../../../decode/ip/fragments.js';
import { MAX_TUNNELS } from '../../../decode/ip/ip.js';
import { MAX_EXTENSION_HEADERS } from '../../../decode/ip/ipv6.js';
import type { DecodeLimit } from '../../../decode/packet/limits.js';
import { MAX_LABELS } from '../../../decode/link/mpls.js';
import type { LimitModel } from '../../model/model.js';

const DECODE_LIMITS: Readonly<Record<DecodeLimit, Omit<LimitModel, 'code' | 'count'>>> = {
  fragment_timeout: {
    name: 'fragment timeout',
    limit: FRAGMENT_TIMEOUT,
    means: 'IP fragments whose packet was not complete after so many seconds were dropped.',
  },
  fragment_memory: {
    name: 'fragment memory',
    limit: FRAGMENT_BYTES,
    means: 'So many bytes of incomplete IP packets are kept; fragments beyond them were dropped.',
  },
  fragment_datagrams: {
    name: 'fragmented packets at once',
    limit: MAX_DATAGRAMS,
    means:
      'So many incomplete IP packets are kept at once; the one that waited longest was dropped for the next.',
  },
  fragment_ranges: {
    name: 'fragment ranges',
    limit: MAX_RANGES,
    means: 'IP packets in more pieces with gaps between them were given up.',
  },
  mpls_labels: {
    name: 'MPLS labels',
    limit: MAX_LABELS,
    means: 'Frames with more labels were not read further: what they carry is in no verdict.',
  },
  ipv6_extension_headers: {
    name: 'IPv6 extension headers',
    limit: MAX_EXTENSION_HEADERS,
    means: 'Packets with more of them were not read further: their ports are in no verdict.',
  },
  tunnel_depth: {
    name: 'tunnel depth',
    limit: MAX_TUNNELS,
    means: 'Tunnels within so many tunnels were not opened: what they carry is in no verdict.',
  },
  layers: {
    name: 'layers in a frame',
    limit: MAX_LAYERS,
    means: 'Frames with more layers (tags, tunnels) were not read further: what they carry is in no verdict.',
  },
};

/** Those that were reached. */
export function decodeLimits({ limits, fragmentBytes }: Decoder): LimitModel[] {
  return [...limits].map(([code, count]) => {
    const { name, limit, means } = DECODE_LIMITS[code];
    return { code, name, limit: code === 'fragment_memory' ? fragmentBytes : limit, count, means };
  });
}
