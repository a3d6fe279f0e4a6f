/** Puts digests where the shown report says that they are being computed. */

const TEXT_NODES = 4;

export function fillInDigests(
  shown: Document,
  placeholders: readonly string[],
  digests: readonly string[],
): void {
  const walker = shown.createTreeWalker(shown.body, TEXT_NODES);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = node.nodeValue ?? '';
    if (!text.includes('being computed')) continue;
    const filled = placeholders.reduce((all, one, i) => all.replaceAll(one, digests[i] || 'not known'), text);
    if (filled !== text) node.nodeValue = filled;
  }
}
