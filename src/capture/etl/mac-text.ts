/** Ethernet addresses in words. */

export const MAC_BYTES = 6;

/** '00:15:5d:01:02:03' */
export function macText(view: DataView, at: number): string {
  let text = '';
  for (let i = 0; i < MAC_BYTES; i++) {
    text +=
      (i === 0 ? '' : ':') +
      view
        .getUint8(at + i)
        .toString(16)
        .padStart(2, '0');
  }
  return text;
}
