import {
  Rational,
  toKilograms,
  type Element,
  type ElementContents,
  type ElementMass,
} from '@lodemark/domain';
import type { Case } from '../case.js';
import { escalated, limitUnstated, orPassIfNone } from '../escalation.js';
import { insufficient, notApplicable, type Found } from '../found.js';
import { ALLOY_RANK, isChainForm, isNeutral, rankOf } from '../forms.js';
import type { Process, ProcessOutput } from '../lineage.js';
import { NOTHING, residue } from '../measure.js';
import type { PolicyParameters } from '../policy-document.js';
import { Kept, rememberedPair } from '../remembered.js';
import type { Rule } from '../rule.js';
import { inPercent, percent } from '../shares.js';
import { gradeFindings, type Made } from './grade.js';

type Limits = NonNullable<PolicyParameters['charge']>;

/**
 * C39: alloy and magnet have the composition that the charge sheet makes (domain.md 3.7, spec) and the grade promises
 * (3.3), and the heat analysis is there (EN 10204 3.1, domain.md 2.4). Missing or off: INSUFFICIENT. The maker's own
 * signed analysis of the heat is the specific inspection; that the certificate itself is not attached is escalated.
 */
export const c39: Rule = (known) => {
  const limits = known.parameters.charge;
  if (limits === undefined) return limitUnstated('charge');
  const made = known.processes.flatMap((process) =>
    charged(process)
      ? process.outputs.filter((output) => isMade(known, output)).map((output) => ({ process, output }))
      : [],
  );
  if (made.length === 0) return [notApplicable('no-alloy-made')];
  const found = made.flatMap(({ process, output }) => [
    ...keptChargeFindings(known, limits, { process, output }),
    ...heatFindings(process, output),
    ...gradeFindings(known, limits, { process, output }),
    ...certificateFindings(known, limits, { process, output }),
  ]);
  return orPassIfNone(found, 'composition-agrees', { facts: { compared: made.length } });
};

/** Diffusion and coating use up only some of what they are given (3.4): what comes of it is C33's to say. */
function charged({ step }: Process): boolean {
  return (
    !isNeutral(step) &&
    rankOf(step) >= ALLOY_RANK &&
    step !== 'GRAIN_BOUNDARY_DIFFUSION' &&
    step !== 'COAT' &&
    step !== 'RECYCLE'
  );
}

/** By its form, not by the role that its maker gives it: a by-product that goes on is a product. */
function isMade(known: Case, { lot, form }: ProcessOutput): boolean {
  return isChainForm(form) && known.has(lot);
}

/** Findings about a product under a policy, for as long as it and its charge are known to hold the same. */
const keptFindings = rememberedPair(
  (_parameters: PolicyParameters, _process: Process) => new Map<string, Kept<readonly Found[]>>(),
);

function keptChargeFindings(known: Case, limits: Limits, { process, output }: Made): readonly Found[] {
  const { lineage, measure, parameters, family } = known;
  const byLot = keptFindings(parameters, process);
  const kept = byLot.get(output.lot) ?? new Kept<readonly Found[]>();
  byLot.set(output.lot, kept);
  const fed = process.inputs.map((input) => measure.input(lineage, process, input));
  return kept.from([family, lineage.madeAs(output.lot) ?? output, ...fed], () =>
    chargeFindings(known, limits, { process, output }),
  );
}

function chargeFindings(known: Case, limits: Limits, { process, output }: Made): Found[] {
  const said = { facility: process.facility, lot: output.lot };
  const by = process.facility;
  const stated = known.lineage.madeAs(output.lot) ?? output;
  const { contents, gaps } = known.measure.contents(stated);
  if (gaps.length > 0)
    return process.step === 'ALLOY_MELT'
      ? [
          insufficient(
            'heat-not-analysed',
            { facts: said, entries: [process.told.ref] },
            { code: 'assay', by, what: `give the analysis of the heat that lot ${output.lot} is of` },
          ),
        ]
      : [];
  const charge = chargeOf(known, process);
  if (charge.unknown.length > 0)
    return process.step === 'ALLOY_MELT'
      ? [
          insufficient(
            'charge-not-analysed',
            { facts: { ...said, lots: charge.unknown }, entries: [process.told.ref] },
            {
              code: 'assay',
              by,
              what: `give the composition of everything that lot ${output.lot} was melted of`,
            },
          ),
        ]
      : [];
  if (!charge.net.isPositive()) return [];
  const made = { contents, net: toKilograms(stated.mass.net) };
  return comparedElements(known, contents, charge).flatMap((element) =>
    compare(known, limits, { element, charge, made, of: { process, output } }),
  );
}

interface Charge {
  readonly net: Rational;
  readonly contents: ReadonlyMap<Element, ElementMass>;
  /** Kilograms of inputs whose assay does not name the element: as much of it may have gone in unsaid. */
  readonly unsaid: (element: Element) => Rational;
  readonly unknown: readonly string[];
}

function chargeOf(known: Case, process: Process): Charge {
  const fed = process.inputs
    .map((input) => ({
      what: input.lot,
      net: toKilograms(input.mass.net),
      role: input.role,
      measured: known.measure.input(known.lineage, process, input),
    }))
    .filter(({ role, measured }) => role !== 'reagent' || !measured.gaps.includes('no-composition'));
  const parts = [...fed, ...heelOf(known, process)];
  const contents = new Map<Element, ElementMass>();
  for (const { measured } of parts)
    for (const [element, { kg, variance }] of measured.contents) {
      const before = contents.get(element) ?? NOTHING;
      contents.set(element, { kg: before.kg.add(kg), variance: before.variance.add(variance) });
    }
  return {
    net: Rational.sum(parts.map(({ net }) => net)),
    contents,
    unsaid: (element) =>
      Rational.sum(
        parts
          .filter(({ measured }) => !measured.contents.has(element))
          .map(({ net, measured }) => Rational.max(Rational.zero, net.sub(namedKg(measured)))),
      ),
    unknown: parts.filter(({ measured }) => measured.gaps.length > 0).map(({ what }) => what),
  };
}

function heelOf(known: Case, { told: { event } }: Process) {
  if (event.type !== 'Transformed' || event.heel === undefined) return [];
  const net = toKilograms(event.heel.before.mass.net);
  if (!net.isPositive()) return [];
  return [
    { what: 'the heel', net, role: 'feed', measured: known.measure.contents(residue(event.heel.before)) },
  ];
}

function namedKg({ contents }: ElementContents): Rational {
  return Rational.sum([...contents.values()].map(({ kg }) => kg));
}

/** What magnets of this kind are made of, by the policy: impurities are on no charge sheet. */
function comparedElements(
  known: Case,
  made: ReadonlyMap<Element, ElementMass>,
  charge: Charge,
): readonly Element[] {
  const { ifPresent } = known.parameters.profiles[known.family].strict;
  return [...new Set([...made.keys(), ...charge.contents.keys()])].filter((element) =>
    ifPresent.includes(element),
  );
}

interface Compared {
  readonly element: Element;
  readonly charge: Charge;
  readonly made: { readonly contents: ReadonlyMap<Element, ElementMass>; readonly net: Rational };
  readonly of: Made;
}

function compare(known: Case, limits: Limits, { element, charge, made, of }: Compared): Found[] {
  const { process, output } = of;
  const [into, out] = [charge.contents.get(element) ?? NOTHING, made.contents.get(element) ?? NOTHING];
  const [chargedShare, madeShare] = [into.kg.div(charge.net), out.kg.div(made.net)];
  const most = Rational.max(chargedShare, madeShare);
  if (most.lessThan(percent(limits.leastPercent))) return [];
  const variance = into.variance.div(charge.net.square()).add(out.variance.div(made.net.square()));
  const tolerated = most.mul(percent(limits.tolerancePercent));
  const richer = madeShare.sub(chargedShare).sub(charge.unsaid(element).div(charge.net));
  const off = Rational.max(richer, chargedShare.sub(madeShare)).sub(tolerated);
  if (!off.exceeds(Rational.parse(known.parameters.coverageFactor), variance)) return [];
  return [
    insufficient(
      'composition-off-charge',
      {
        facts: {
          facility: process.facility,
          step: process.step,
          lot: output.lot,
          element,
          madePercent: inPercent(madeShare),
          chargedPercent: inPercent(chargedShare),
        },
        entries: [process.told.ref],
      },
      {
        code: 'analyse-again',
        by: process.facility,
        what: `have lot ${output.lot} analysed again for ${element}, or record what else was charged`,
      },
    ),
  ];
}

function heatFindings({ told: { event, ref }, facility }: Process, { lot }: ProcessOutput): Found[] {
  if (event.type !== 'Transformed' || event.step !== 'ALLOY_MELT' || event.heat === undefined) return [];
  const stated = event.outputs.find((output) => output.lot === lot)?.heat;
  if (stated === undefined || stated === event.heat) return [];
  return [
    insufficient(
      'heat-differs',
      { facts: { facility, lot, stated, melted: event.heat }, entries: [ref] },
      { code: 'correct', by: facility, what: `say which heat lot ${lot} was melted in` },
    ),
  ];
}

function certificateFindings(known: Case, { inspection }: Limits, { process, output }: Made): Found[] {
  const { event, ref } = process.told;
  if (process.step !== 'ALLOY_MELT' && output.form !== 'MAGNET') return [];
  const attached = (event.documents ?? []).some(({ kind }) => inspection.includes(kind));
  const assayed = known.lineage
    .namingLot(output.lot)
    .some(
      (told) =>
        told.event.type === 'Assayed' &&
        (told.event.documents ?? []).some(({ kind }) => inspection.includes(kind)),
    );
  if (attached || assayed) return [];
  return [
    escalated({ known, check: 'C39' }, 'inspection-certificate-absent', {
      facts: { facility: process.facility, lot: output.lot, wanted: inspection.join(' or ') },
      entries: [ref],
      cure: {
        code: 'attach-certificate',
        by: process.facility,
        what: `attach the inspection certificate of lot ${output.lot} to what is recorded of it`,
      },
    }),
  ];
}
