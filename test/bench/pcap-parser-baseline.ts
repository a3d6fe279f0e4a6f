/** Reads a capture with the npm package pcap-parser and counts packets and bytes, nothing more. */
import pcapParser from 'pcap-parser';

let packets = 0;
let bytes = 0;
pcapParser
  .parse(process.argv[2] ?? '')
  .on('packet', (packet: { readonly data: Buffer }) => {
    packets++;
    bytes += packet.data.length;
  })
  .on('end', () => process.stdout.write(`${packets} ${bytes}\n`))
  .on('error', (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
