/** All of captures/malformed, and the table of its README.md. */
import { CONTAINERS } from './containers.js';
import type { Malformed } from './malformed.js';
import { PACKETS } from './packets.js';

export const MALFORMED: readonly Malformed[] = [...CONTAINERS, ...PACKETS];

const HEAD = `# Malformed captures

Small captures in which something is wrong: found by fuzzing or by an attack ([docs/robustness.md](../../docs/robustness.md)), or of a
kind that such programs fall over, of which no fault is known here. \`npm run samples\` makes them from [recipes/malformed/](../recipes/malformed/);
\`test/attacks/malformed.test.ts\` runs each through the whole pipeline to all outputs and holds what the last column says. A case that
fuzzing finds next becomes a recipe here: \`npm run fuzz -- --cases 1 --target NAME --seed N --keep FOLDER\` writes its input.

| File | What is wrong | Before | What must happen |
|---|---|---|---|
`;

export function readme(): string {
  return (
    HEAD +
    MALFORMED.map(({ file, wrong, before, must }) => `| ${file} | ${wrong} | ${before} | ${must} |\n`).join(
      '',
    )
  );
}
