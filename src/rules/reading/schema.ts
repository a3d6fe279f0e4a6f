/**
 * The form of a rule pack file (docs/rule-packs.md). This is the one definition: the checks of user packs and
 * the published JSON Schema docs/rule-pack.schema.json both come from it. What relates two fields to each other
 * (a required rule needs a server and a computer) is checked in pack-checks.ts.
 * Loading zod takes some 40 ms: import this file only when a YAML file has to be checked.
 */
import * as z from 'zod';
import { MAX_PORT, PORT_PATTERN, portFault } from '../words/ports.js';
import { quoted } from '../words/printable.js';

/**
 * Rules of one pack.
 * @reached it is refused
 */
export const MAX_RULES = 500;
/**
 * Entries of a list in a rule.
 * @reached the pack is refused
 */
const MAX_LIST = 32;
/**
 * Characters of a text in a rule.
 * @reached the pack is refused
 */
const MAX_TEXT = 1000;

const text = z.string().min(1).max(MAX_TEXT);
const texts = z.array(text).max(MAX_LIST);
const id = z
  .string()
  .max(64)
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'must be lower-case letters, digits and hyphens');

const notAPort = {
  error: (issue: { input?: unknown }) => `${quoted(issue.input)} ${portFault(issue.input)}`,
};
const port = z.union(
  [
    z.int(notAPort).min(0, notAPort).max(MAX_PORT, notAPort),
    z
      .string(notAPort)
      .regex(PORT_PATTERN, notAPort)
      .refine((item) => portFault(item) === null, notAPort),
  ],
  notAPort,
);
const ports = z.union([port, z.array(port).min(1).max(MAX_LIST)]);

export const remedySchema = z.strictObject({
  firewall_rules: texts
    .optional()
    .describe('Windows Firewall rules to enable, by the names that Windows shows, or what to open by hand'),
  firewall_groups: z
    .array(
      z
        .string()
        .regex(
          /^@[A-Za-z0-9_.%\\]{1,100}\.(dll|exe),-[0-9]{1,6}$/,
          'must be the id of a group as Get-NetFirewallRule shows it under Group, like @FirewallAPI.dll,-28502',
        ),
    )
    .max(MAX_LIST)
    .optional()
    .describe('Built-in rule groups of Windows Firewall by their ids, which are the same in every language'),
  program: text.optional().describe('Path of the program that listens'),
  service: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,80}$/, 'must be the short name of a service, as Get-Service shows it')
    .optional()
    .describe('Short name of the Windows service that listens'),
  service_title: text.optional().describe('Name of that service as people see it (display name)'),
});

export const ruleSchema = z.strictObject({
  id: id.describe('Unique over all packs'),
  label: z.string().min(1).max(24).describe('Short title for a column of the matrix'),
  purpose: text.describe("What the port is for, in the words of the vendor's document"),
  proto: z.enum(['tcp', 'udp', 'icmp']),
  ports: ports
    .optional()
    .describe('Responder ports, alternatives of each other: one that works proves the rule. None for icmp'),
  from: z.enum(['server', 'computer', 'any']).describe('Who originates; server = this server'),
  to: z.enum(['server', 'computer', 'any', 'broadcast', 'multicast']).describe('Who responds'),
  source_ports: ports.optional().describe('Allowed originator ports; without it any port'),
  services: z
    .array(
      z.string().regex(/^[a-z0-9][a-z0-9_]{0,31}$/, 'must be lower-case letters, digits and underscores'),
    )
    .max(MAX_LIST)
    .optional()
    .describe('Recognised services that prove the rule; without it an answered flow does'),
  evidence: z
    .enum(['none', 'rpc'])
    .optional()
    .describe('rpc: a flow counts only with DCE/RPC evidence, for rules that name the whole dynamic range'),
  when: z.enum(['always', 'install', 'recording']).optional().describe('When traffic is to be expected'),
  one_way: z.boolean().optional().describe('true: an answer cannot be expected'),
  documented_only: z
    .boolean()
    .optional()
    .describe('true: the vendor lists it but nothing in practice uses it, so no traffic is normal'),
  note: text.optional().describe('What a reader should know besides'),
  symptoms: texts.optional().describe('Messages that admins see when the port is closed'),
  remedy: remedySchema.optional().describe('What to change, and where'),
});

export const packSchema = z.strictObject({
  id: id.describe('A pack with the id of a built-in pack replaces that pack'),
  title: z.string().min(1).max(120),
  kind: z
    .enum(['required', 'known', 'background'])
    .describe('required: a verdict per computer; known and background only explain flows'),
  version: z.string().min(1).max(32).describe('Version of the document that the rules come from; quote it'),
  parameters: z
    .record(
      z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be lower-case letters, digits and underscores'),
      z.int().min(1).max(MAX_PORT),
    )
    .optional()
    .describe('Ports that an option may replace: --agent-port sets agent_port, --server-port server_port'),
  rules: z.array(ruleSchema).min(1).max(MAX_RULES),
});

/** A pack as the file says it, before parameters are put in and defaults added. */
export type RawPack = z.infer<typeof packSchema>;
export type RawRule = z.infer<typeof ruleSchema>;

/** The JSON Schema (draft 2020-12) of a pack, as the text of docs/rule-pack.schema.json. */
export function packJsonSchema(): string {
  const { $schema, ...rest } = z.toJSONSchema(packSchema, { io: 'input' });
  const json = JSON.stringify({ $schema, title: 'portwitness rule pack', ...rest }, null, 2);
  // Lists of words on one line, as the project's formatter wants them.
  const short = json.replace(
    /\[\n([^[\]{}]*?)\n *\]/g,
    (_, items: string) => `[${items.trim().replace(/\n */g, ' ')}]`,
  );
  return `${short}\n`;
}
