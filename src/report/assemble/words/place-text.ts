/** What shows where the capture was taken, in sentences. */
import type { PlaceSign, PlaceSignCode } from '../../../verdict/words/capture-place.js';

type SignTexts = { readonly [C in PlaceSignCode]: (sign: PlaceSign<C>) => string };

const SIGN_TEXTS: SignTexts = {
  own_checksums_not_filled_in: () =>
    'The transport checksums of what this server sends are not filled in yet, those of others are right: captured on its own network card.',
  other_checksums_not_filled_in: ({ address }) =>
    `The transport checksums of what ${address} sends are not filled in yet: captured on that computer, not on this server.`,
  own_ip_length_not_filled_in: () =>
    'Frames sent by this server carry no IP length yet (segmentation offload), so they were captured on its own network card.',
  own_segments_oversize: () =>
    'This server sends segments longer than the network carries to a computer behind a router, so they were captured on its own network card.',
  own_ttl_untouched: ({ ttl }) =>
    `Packets of this server have an untouched TTL (${ttl}), so no router lies between it and the capture point.`,
  own_ttl_lowered: () => 'Packets of this server have a lowered TTL, so they were captured behind a router.',
  server_not_in_capture: () => 'No packet of this server is in the capture.',
  server_not_looked_at: () =>
    'More hosts are in the capture than are looked at, and this server is not among those that were.',
};

/** One sentence. */
export function placeText<C extends PlaceSignCode>(sign: PlaceSign<C>): string {
  const text: (sign: PlaceSign<C>) => string = SIGN_TEXTS[sign.code];
  return text(sign);
}
