/**
 * As much of ava as the tests use, for many runs in one process: tests are collected when their files are loaded and
 * run one after another, as often as asked.
 */
import { isDeepStrictEqual } from 'node:util';

export const tests = [];

class Failed extends Error {}

function check(holds, what) {
  if (!holds) throw new Failed(what);
}

function isLike(value, pattern) {
  if (typeof pattern !== 'object' || pattern === null) return Object.is(value, pattern);
  if (typeof value !== 'object' || value === null) return false;
  return Reflect.ownKeys(pattern).every((key) => isLike(value[key], pattern[key]));
}

function fits(error, wanted = {}) {
  if (wanted.instanceOf !== undefined && !(error instanceof wanted.instanceOf)) return false;
  if (wanted.name !== undefined && error.name !== wanted.name) return false;
  const { message } = wanted;
  if (message === undefined) return true;
  if (typeof message === 'function') return message(error.message);
  return message instanceof RegExp ? message.test(error.message) : error.message === message;
}

function context(teardowns) {
  return {
    context: {},
    title: '',
    log() {},
    timeout() {},
    plan() {},
    teardown: (undo) => void teardowns.push(undo),
    pass() {},
    fail: (what) => check(false, what ?? 'fail'),
    assert: (value) => check(Boolean(value), 'assert'),
    truthy: (value) => check(Boolean(value), 'truthy'),
    falsy: (value) => check(!value, 'falsy'),
    true: (value) => check(value === true, 'true'),
    false: (value) => check(value === false, 'false'),
    is: (a, b) => check(Object.is(a, b), 'is'),
    not: (a, b) => check(!Object.is(a, b), 'not'),
    deepEqual: (a, b) => check(isDeepStrictEqual(a, b), 'deepEqual'),
    notDeepEqual: (a, b) => check(!isDeepStrictEqual(a, b), 'notDeepEqual'),
    like: (value, pattern) => check(isLike(value, pattern), 'like'),
    regex: (text, pattern) => check(pattern.test(text), 'regex'),
    notRegex: (text, pattern) => check(!pattern.test(text), 'notRegex'),
    throws(run, wanted) {
      try {
        run();
      } catch (error) {
        check(fits(error, wanted), 'throws another error');
        return error;
      }
      throw new Failed('does not throw');
    },
    async throwsAsync(run, wanted) {
      try {
        await (typeof run === 'function' ? run() : run);
      } catch (error) {
        check(fits(error, wanted), 'rejects with another error');
        return error;
      }
      throw new Failed('does not reject');
    },
    notThrows: (run) => void run(),
    notThrowsAsync: async (run) => void (await (typeof run === 'function' ? run() : run)),
  };
}

export default function test(title, run, ...args) {
  if (typeof run !== 'function') return;
  tests.push({ title, run: (t) => run(t, ...args) });
}
test.serial = test;
test.skip = () => {};
test.before = (run) => void (beforeAll = run);
let beforeAll = null;

/** Rejects when the test fails. */
export async function runTest({ run }) {
  const teardowns = [];
  const t = context(teardowns);
  try {
    if (beforeAll !== null) await beforeAll(t);
    await run(t);
  } finally {
    for (const undo of teardowns.reverse()) await undo();
  }
}
