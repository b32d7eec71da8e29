// What our unit tests take from `@jest/globals`, for running them one by one in a process of our own: see spec-tests.js.
import { expect } from 'expect';

export { expect };

/** Suites around what is being declared, the file itself first. */
let suites = [];
let declared = [];

/** The tests that a file declares while it is loaded. */
export async function declaredBy(load) {
  declared = [];
  suites = [{ name: undefined, before: [] }];
  await load();
  return declared;
}

function suite(name, body) {
  suites.push({ name, before: [] });
  body();
  suites.pop();
}

function test(name, body) {
  const around = [...suites];
  const run = async () => {
    for (const { before } of around) for (const prepare of before) await prepare();
    await body();
  };
  const names = [...around.map((one) => one.name), name].filter((one) => one !== undefined);
  declared.push({ name: names.join(' › '), run });
}

/** As Jest does with a table: a row of a list is the arguments, anything else the only one. */
const each = (declare) => (table) => (name, body) => {
  for (const [at, row] of table.entries()) {
    const values = Array.isArray(row) ? row : [row];
    declare(`${name} [${String(at)}]`, () => body(...values));
  }
};

export const describe = Object.assign(suite, { each: each(suite) });
export const it = Object.assign(test, { each: each(test) });
export const beforeAll = (prepare) => suites.at(-1).before.push(prepare);
