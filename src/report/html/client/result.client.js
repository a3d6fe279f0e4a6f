/** The result that the page carries: gzip (RFC 1952) in base64 (RFC 4648), the JSON output `portwitness/2`. */
/* global document, atob, Blob, Response, DecompressionStream */

/** @throws when the browser cannot decompress, or the block is damaged */
export async function readResult() {
  const binary = atob(document.getElementById('portwitness-result').textContent);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return JSON.parse(await new Response(stream).text());
}
