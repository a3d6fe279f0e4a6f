/** The part of pcap-parser 0.2 that the baseline uses; the package brings no types. */
declare module 'pcap-parser' {
  import type { EventEmitter } from 'node:events';
  const pcapParser: { parse(path: string): EventEmitter };
  export = pcapParser;
}
