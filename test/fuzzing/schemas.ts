/** The JSON outputs against the schemas in docs/. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

function schema(name: string): z.ZodType {
  return z.fromJSONSchema(z.looseObject({}).parse(JSON.parse(readFileSync(`docs/${name}`, 'utf8'))));
}

const SCHEMAS = { json1: schema('report.schema.json'), json2: schema('report-2.schema.json') } as const;

/** @throws Error when the text is no JSON or does not fit its schema */
export function fitsSchema(kind: keyof typeof SCHEMAS, text: string): void {
  const result = SCHEMAS[kind].safeParse(JSON.parse(text));
  if (!result.success)
    throw new Error(`${kind} does not fit its schema: ${z.prettifyError(result.error).slice(0, 600)}`);
}
