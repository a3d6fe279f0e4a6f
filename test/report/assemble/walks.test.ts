/** How often the records of the flows are read: what docs/architecture.md says. */
import test from 'ava';
import { analyze } from '../../../src/analysis.js';
import { Flow } from '../../../src/flow/flow.js';
import { assembleReport } from '../../../src/report/assemble/assemble.js';
import { packs } from '../../verdict/scene.js';

test('a flow that no finding asks for is read four times, and once more by what lists the flows', async (t) => {
  const reads = new Map<unknown, Map<number, number>>();
  const { value: move } = Object.getOwnPropertyDescriptor(Flow.prototype, 'move') as { value: Flow['move'] };
  Flow.prototype.move = function (id: number) {
    const { table } = this as unknown as { table: object };
    const ofTable = reads.get(table) ?? new Map<number, number>();
    reads.set(table, ofTable.set(id, (ofTable.get(id) ?? 0) + 1));
    return move.call(this, id);
  };
  t.teardown(() => {
    Flow.prototype.move = move;
  });
  const inputs = ['captures/all-healthy.pcapng'];
  const input = await analyze({
    inputs,
    packs,
    server: [],
    agentPort: 9003,
    serverPort: 9004,
    answerWait: 3,
  });
  const model = assembleReport(input, { version: '0', commandLine: '', now: 0 });
  const least = (): number => Math.min(...(reads.get(input.meter.flows)?.values() ?? []));
  t.is(reads.get(input.meter.flows)?.size, model.flows.count);
  t.is(least(), 4);
  t.true([...model.flows].length > 0);
  t.is(least(), 5);
});
