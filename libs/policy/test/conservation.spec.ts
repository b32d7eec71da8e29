import { describe, expect, it } from '@jest/globals';
import { Rational, refold } from '@lodemark/domain';
import fc from 'fast-check';
import { balances, type Judged } from '../src/balances.js';
import { Case } from '../src/case.js';
import type { Evidence } from '../src/evidence.js';
import { judge } from '../src/judge.js';
import { residue } from '../src/measure.js';
import { rootShares } from '../src/root-shares.js';
import { WHOLE_SHARE } from '../src/share-units.js';
import type { EventStep } from '../../../apps/standalone/src/scenario/scenario-file.js';
import {
  DrawnNetwork,
  FOLLOWED,
  someHistory,
  sumOf,
  timesOf,
  type Happening,
  type TrueProcess,
} from './drawn-network.js';
import { ScenarioEvidence, shippedPolicy } from './scenario-evidence.js';

const POLICY = shippedPolicy('WC-0');
const RUNS = { numRuns: 40 };

function caseOf(evidence: Evidence, lot: string): Case {
  return new Case(evidence, POLICY, { lot, question: {} });
}

/** Every case of a history: of each lot that anything was made of last, all that led to it. */
function played(history: readonly Happening[], options?: ConstructorParameters<typeof DrawnNetwork>[1]) {
  const network = new DrawnNetwork(history, options);
  const told = network.evidence();
  const evidence = told.evidence();
  const cases = network.stock.slice(-4).map(({ lot }) => caseOf(evidence, lot));
  return { network, told, evidence, cases };
}

function total(judged: readonly Judged[], of: (judged: Judged) => Rational): Rational {
  return Rational.sum(judged.map(of));
}

function grouped<T>(all: readonly T[], by: (one: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(by(one), [...(groups.get(by(one)) ?? []), one]);
  return [...groups.values()];
}

describe('mass in the balances of a policy', () => {
  it('is for every process what truly went in, and comes out as product, swarf, loss and heel', () => {
    const seen = { processes: 0 };
    fc.assert(
      fc.property(someHistory, (history) => {
        const { network, told, cases } = played(history);
        seen.processes += cases.flatMap(balances).length;
        const truly = new Map(
          network.processes.map((process) => [told.named(process.event).ref.leaf, process]),
        );
        for (const { process, element, balance } of cases.flatMap(balances)) {
          expect(balance.residualKg.isZero()).toBe(true);
          expect(balance.verdict === 'over' || balance.verdict === 'unmeasured').toBe(false);
          const one = truly.get(process.told.ref.leaf);
          if (one === undefined || (element !== 'Nd' && element !== 'Pr')) continue;
          const [into, out] = [sumOf([one.fed, one.heelBefore]), sumOf([one.made, one.lost, one.heelAfter])];
          expect(balance.inKg.equals(into[element])).toBe(true);
          expect(balance.outKg.equals(out[element])).toBe(true);
        }
      }),
      RUNS,
    );
    expect(seen.processes).toBeGreaterThan(RUNS.numRuns * 5);
  });

  it('is conserved by every campaign, facility and period', () => {
    fc.assert(
      fc.property(someHistory, (history) => {
        const { cases } = played(history);
        const campaignOf = ({ process: { told, facility } }: Judged) =>
          `${facility} ${told.event.type === 'Transformed' ? (told.event.campaign ?? '') : ''}`;
        const ways: ((judged: Judged) => string)[] = [
          campaignOf,
          ({ process }) => process.facility,
          ({ process }) => process.told.event.occurredAt.slice(0, 4),
          ({ process }) => `${process.facility} ${process.told.event.occurredAt.slice(0, 7)}`,
        ];
        for (const known of cases)
          for (const way of ways)
            for (const group of grouped(balances(known), (judged) => `${judged.element} ${way(judged)}`))
              expect(
                total(group, ({ balance }) => balance.inKg).equals(
                  total(group, ({ balance }) => balance.outKg),
                ),
              ).toBe(true);
      }),
      RUNS,
    );
  });

  it('that was mined is in stock, in circuits or lost, all of it, at every facility that it was sent to', () => {
    fc.assert(
      fc.property(someHistory, (history) => {
        const { network, evidence } = played(history);
        const known = caseOf(evidence, network.stock[0]?.lot ?? '');
        const { lineage, measure } = known;
        for (const element of FOLLOWED) {
          const inRoots = [...network.mined.keys()].map(
            (lot) =>
              measure.contents(lineage.madeAs(lot) ?? fail(lot)).contents.get(element)?.kg ?? Rational.zero,
          );
          const inStock = network.stock.map(({ lot, at }) => {
            const named = lineage.namingLot(lot).filter(({ ref }) => ref.facility === at);
            const state = refold(
              lot,
              named.map(({ event, entry }) => ({ event, payloadDigest: entry.payloadDigest })),
            );
            const mass = { net: { value: state.kg, unit: 'kg' as const } };
            return measure.part(lineage.madeAs(lot), mass).contents.get(element)?.kg ?? Rational.zero;
          });
          const lost = lineage.told.flatMap(({ event }) =>
            'losses' in event
              ? (event.losses ?? []).map(
                  (loss) => measure.contents(residue(loss)).contents.get(element)?.kg ?? Rational.zero,
                )
              : [],
          );
          const inCircuits = [...network.heels.values()].map(({ contents }) => contents[element]);
          const left = Rational.sum([...inStock, ...lost, ...inCircuits]);
          expect(left.equals(Rational.sum(inRoots))).toBe(true);
        }
      }),
      RUNS,
    );
  });
});

describe('the shares of roots', () => {
  it('make up what was mined at each root, over all that is in stock and all that was lost', () => {
    fc.assert(
      fc.property(someHistory, (history) => {
        const { network, evidence } = played(history, { heels: false });
        const known = caseOf(evidence, network.stock[0]?.lot ?? '');
        const weighing = {
          lineage: known.lineage,
          input: known.measure.input.bind(known.measure, known.lineage),
          held: known.measure.contents,
        };
        for (const element of FOLLOWED) {
          const byRoot = new Map<string, Rational>();
          const add = (lot: string, kg: Rational) => {
            if (!kg.isPositive()) return;
            const { shares } = rootShares(lot, element, weighing);
            expect(shares.reduce((sum, { units }) => sum + units, 0n)).toBe(WHOLE_SHARE);
            for (const share of shares) {
              if (!('root' in share)) throw new Error(`no root: ${JSON.stringify(share)}`);
              const { lot: root } = share.root.event;
              const part = kg.mul(Rational.of(share.units, WHOLE_SHARE));
              byRoot.set(root, (byRoot.get(root) ?? Rational.zero).add(part));
            }
          };
          for (const { lot, kg, share } of network.stock)
            add(lot, timesOf(share, Rational.fromInteger(kg))[element]);
          // What was lost is of what the product is of.
          for (const { products, lost } of network.processes) add(products[0] ?? '', lost[element]);
          for (const [root, contents] of network.mined)
            expect(
              contents[element]
                .sub(byRoot.get(root) ?? Rational.zero)
                .abs()
                .lessThan(GRAIN),
            ).toBe(true);
        }
      }),
      RUNS,
    );
  });
});

describe('a verdict on a drawn network', () => {
  it('tells against a process that made half as much again as it was fed, wherever it stands', () => {
    let tried = 0;
    fc.assert(
      fc.property(someHistory, fc.nat({ max: 100 }), (history, pick) => {
        const { network } = played(history);
        const worked = network.processes.filter(
          ({ made, fed, heelBefore }) => made.Nd.isPositive() && sumOf([fed, heelBefore]).Nd.greaterThan(ONE),
        );
        const chosen = worked[pick % Math.max(worked.length, 1)];
        fc.pre(chosen !== undefined && chosen.products.length > 1);
        tried += 1;
        const steps = network.steps.map((step) =>
          'event' in step && step.event === chosen.event ? swollen(step, chosen) : step,
        );
        const evidence = new ScenarioEvidence('2025-01-01T00:00:00Z', steps).evidence();
        const { findings } = judge(evidence, POLICY, { lot: chosen.products[0] ?? '', question: {} });
        expect(findings.filter(({ outcome }) => outcome === 'FAIL').map(({ code }) => code)).toContain(
          'more-out-than-in',
        );
      }),
      RUNS,
    );
    expect(tried).toBeGreaterThan(10);
  });

  it('is the same to the byte in whatever order the evidence comes', () => {
    fc.assert(
      fc.property(someHistory, fc.array(fc.nat(), { minLength: 80, maxLength: 80 }), (history, chance) => {
        const { network, evidence } = played(history);
        const lot = network.stock.at(-1)?.lot ?? '';
        const entries = evidence.entries
          .map((entry, index) => ({ entry, at: chance[index % chance.length] ?? 0 }))
          .sort((a, b) => a.at - b.at)
          .map(({ entry }) => entry);
        const asked = { lot, question: {} };
        expect(JSON.stringify(judge({ ...evidence, entries }, POLICY, asked))).toBe(
          JSON.stringify(judge(evidence, POLICY, asked)),
        );
      }),
      { numRuns: 20 },
    );
  });
});

const ONE = Rational.one;
const HALF_AS_MUCH_AGAIN = Rational.parse('1.5');

/** The process with so much more of its product that half as much neodymium again comes out as went in. */
function swollen(step: EventStep, { fed, heelBefore, made }: TrueProcess): EventStep {
  const worked = sumOf([fed, heelBefore]).Nd;
  const outputs = (step.fields?.['outputs'] ?? []) as { mass: { net: { value: string } } }[];
  const times = worked.mul(HALF_AS_MUCH_AGAIN).div(made.Nd);
  const net = (value: string) => Rational.parse(value).mul(times).toDecimal(6);
  const grown = outputs.map((output) => ({
    ...output,
    mass: { net: { ...output.mass.net, value: net(output.mass.net.value) } },
  }));
  return { ...step, fields: { ...step.fields, outputs: grown } };
}

/** Shares are counted in whole units: a millionth of a gram is far more than they can be off. */
const GRAIN = Rational.parse('0.000000001');

function fail(lot: string): never {
  throw new Error(`nobody made ${lot}`);
}
