/**
 * What the page offers to save, each a line here. What is called as an output format of the command line is written
 * by it (report/formats.ts).
 */

export interface Save {
  /** The option of the command line that writes the same. */
  readonly option: string;
  /** On its button. */
  readonly label: string;
  /** Behind the capture's name. */
  readonly ending: string;
}

/** Behind it comes the ending; the capture's own name may say whose it is. */
export const SHARED_NAME = 'portwitness-shared';

/** What tells which pseudonym stands for what: of shared outputs alone, and no output format. */
export const MAPPING: Save = {
  option: 'mapping',
  label: 'Mapping (CSV), to keep',
  ending: '-mapping.csv',
};

export const SAVES: readonly Save[] = [
  { option: 'report', label: 'Report (HTML)', ending: '.html' },
  { option: 'json', label: 'Result (JSON)', ending: '.json' },
  { option: 'csv', label: 'Flows (CSV)', ending: '-flows.csv' },
  { option: 'matrix', label: 'Matrix (CSV)', ending: '-matrix.csv' },
  { option: 'changes', label: 'Firewall changes (CSV)', ending: '-changes.csv' },
  { option: 'ticket', label: 'Tickets (Markdown)', ending: '-tickets.md' },
  { option: 'evidence', label: 'Evidence for Wireshark (pcapng)', ending: '-evidence.pcapng' },
];
