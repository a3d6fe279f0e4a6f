/**
 * Two viewers of a dashboard and a scraper of its metrics, as a process of its own: `node viewers.js URL`. Tells its
 * parent when both pages have an answer, and what was seen when it is told to end.
 */
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Seen {
  /** States that the two pages were told. */
  readonly states: number;
  readonly scrapes: number;
  /** Answers that are no metrics: 503 says that ticks were missed. */
  readonly refused: number;
}

const VIEWERS = 2;
const PAUSE = 200;

const [url = ''] = process.argv.slice(2);
const seen = { states: 0, scrapes: 0, refused: 0 };

function watch(): Promise<void> {
  return new Promise((resolve) => {
    get(`${url}events`, (answer) => {
      answer.setEncoding('utf8').on('data', (text: string) => {
        seen.states += text.match(/^data: /gm)?.length ?? 0;
      });
      resolve();
    }).on('error', () => process.exit(1));
  });
}

process.on('message', () => {
  process.send?.(seen);
  process.once('disconnect', () => process.exit());
});
for (let i = 0; i < VIEWERS; i++) await watch();
process.send?.(seen);
for (;;) {
  const { ok, body } = await fetch(`${url}metrics`);
  for await (const _ of body ?? []) void _;
  seen.scrapes++;
  if (!ok) seen.refused++;
  await sleep(PAUSE);
}
