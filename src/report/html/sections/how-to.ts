/** For somebody who has never seen a SYN: what the words of this page mean, and how to check them. */
import { CONFIDENCE_WORDING } from '../../text/wording.js';
import { CONFIDENCES } from '../../../verdict/words/words.js';
import { html } from '../pieces/markup.js';
import type { Html } from '../pieces/markup.js';

/** The section "How to read this report". */
export function howToSection(): Html {
  return html`<section id="how-to-read" aria-labelledby="how-to-title">
    <h2 id="how-to-title">How to read this report</h2>
    <p>
      A capture records the packets that one machine sent and received. This report reads those packets and
      says, for each computer and each port that the product needs, whether it works.
    </p>
    <dl class="how-to">
      <dt>Computer, rule, verdict, cause</dt>
      <dd>
        A <em>rule</em> is one port in one direction, for example 9003 from this server to a computer. Each
        computer has one <em>verdict</em> for each rule: a cell of the matrix. A <em>cause</em> is one fault
        that explains one or many failing cells; mending it mends all of them.
      </dd>
      <dt>A connection, and how it fails</dt>
      <dd>
        Whoever wants to connect sends a first packet, called SYN. The other side accepts it with a SYN-ACK.
        <em>No answer</em> means that nothing came back: a firewall dropped it, or the computer is off.
        <em>Refused</em> means that the computer itself said no, usually because the service is not running.
        <em>Rejected by</em> an address means that a device on the way said no, and that this is its address.
      </dd>
      <dt>Not tried is not a failure</dt>
      <dd>
        The report judges only what was captured. If no attempt was seen, the cell says <em>Not tried</em>: it
        proves nothing, in either direction. Capture longer, or start the action in the product while
        capturing.
      </dd>
      <dt>Who must act</dt>
      <dd>
        Packets show where an attempt stops. From that the report names the owner: the administrator of this
        server, of the computer, or the team that runs the firewall or the network in between.
      </dd>
      <dt>Confidence</dt>
      <dd>
        ${CONFIDENCES.map(
          (word, i) =>
            html`${i === 0 ? '' : ' '}<em>${CONFIDENCE_WORDING[word].label}:</em>
              ${CONFIDENCE_WORDING[word].means}.`,
        )}
        The assumptions behind it stand with each cause.
      </dd>
      <dt>How to check it</dt>
      <dd>
        Every verdict names the frames that prove it. Open the capture file in Wireshark, paste the display
        filter into its filter line, and you see exactly those packets. The file’s SHA-256 under Provenance
        tells whether it is the same file.
      </dd>
    </dl>
  </section>`;
}
