/** What outputs are called after. */

/** The capture's name without folder and endings; '-' is standard input. */
export function captureStem(path: string): string {
  if (path === '-') return 'stdin';
  const name = path.replace(/^.*[\\/]/, '');
  return name.replace(/(\.(pcapng|pcap|cap|ntar|dmp|etl))?(\.(gz|zst))?$/i, '') || 'capture';
}
