import {
  isRareEarth,
  MINED_FORMS,
  leavesBeside,
  missingStages,
  permits,
  permitsWithoutRareEarths,
  Rational,
  takesBeside,
  type Element,
  type Form,
} from '@lodemark/domain';
import type { Case } from '../case.js';
import { makerOf } from '../custodians.js';
import type { Told } from '../effective-events.js';
import { isChainForm } from '../forms.js';
import type { Process, ProcessInput } from '../lineage.js';
import { insufficient, notApplicable, orPass, type Found } from '../found.js';
import type { Rule } from '../rule.js';
import type { FindingCode } from '../sentences.js';
import type { Trace, TraceGap } from '../trace.js';

/** Cobalt and samarium of SmCo are named in the law like the rare earths are; iron and boron of NdFeB, too. */
function isInert(element: Element): boolean {
  return !isRareEarth(element);
}

function tracesOf(known: Case, wanted: (element: Element) => boolean): Trace[] {
  return [...known.traces.values()].filter(({ element }) => wanted(element));
}

/** C06: the ancestors of the subject reach a root for each tracked rare earth. Missing: INSUFFICIENT. */
export const c06: Rule = (known) => {
  if (known.fromMelt && known.material !== undefined) return [notApplicable('before-melting-not-examined')];
  if (known.material === undefined) return [unknownSubject(known)];
  const uncomposed = known.measure.present(known.material) === undefined;
  const against = [
    ...(uncomposed ? [compositionUnknown(known)] : []),
    ...tracesOf(known, isRareEarth).flatMap((trace) => gapFindings(trace)),
  ];
  const traced = tracesOf(known, isRareEarth);
  if (traced.length === 0 && !uncomposed) return [noRareEarth(known)];
  return orPass(against, 'rare-earths-reach-roots', {
    facts: { elements: traced.map(({ element }) => element), lots: known.lots.length },
  });
};

/** C09: iron and boron (NdFeB), cobalt and samarium (SmCo) and the further elements of the profile reach roots. */
export const c09: Rule = (known) => {
  if (known.fromMelt && known.material !== undefined) return [notApplicable('before-melting-not-examined')];
  const unproven = familyUnproven(known);
  const missing = known.required.filter(
    (element) => known.measure.present(known.material)?.has(element) === false && isInert(element),
  );
  const against = [
    ...tracesOf(known, isInert).flatMap((trace) => gapFindings(trace)),
    ...unproven,
    ...missing.map((element) =>
      insufficient(
        'element-not-assayed',
        { facts: { lot: known.subject, element } },
        {
          code: 'assay',
          by: holder(known),
          what: `give lot ${known.subject} a composition that names ${element}`,
        },
      ),
    ),
  ];
  const traced = tracesOf(known, isInert);
  if (traced.length === 0 && against.length === 0) return [notApplicable('no-further-elements')];
  return orPass(against, 'further-elements-reach-roots', {
    facts: { profile: known.profileName, elements: traced.map(({ element }) => element) },
  });
};

export function holder(known: Case): string {
  return makerOf(known.subject);
}

/** An assay of an alloy must account for this much of it before what it does not name can be taken for absent. */
const WHOLE_ASSAY = Rational.parse('0.95');

/** An alloy that is neither of the families that the law names may only be one of which part was left unsaid. */
function familyUnproven({ material, family, measure, subject }: Case): Found[] {
  if (family !== 'other' || material === undefined || !isChainForm(material.form)) return [];
  const named = measure.namedShare(material);
  if (named === undefined || named.compare(WHOLE_ASSAY) >= 0) return [];
  return [
    insufficient(
      'composition-incomplete',
      { facts: { lot: subject, form: material.form, namedPercent: named.mul(HUNDRED).toDecimal(1) } },
      {
        code: 'assay',
        by: makerOf(subject),
        what: `give lot ${subject} a composition that names all that it is made of, iron, boron and cobalt included`,
      },
    ),
  ];
}

const HUNDRED = Rational.parse('100');

/** A lot of which nobody tells; it passes nothing, whatever is asked of it. */
export function unknownSubject(known: Case): Found {
  return insufficient(
    'lot-unknown',
    { facts: { lot: known.subject } },
    { code: 'record-lot', by: holder(known), what: `record how lot ${known.subject} came to be` },
  );
}

export function compositionUnknown(known: Case): Found {
  return insufficient(
    'composition-unknown',
    { facts: { lot: known.subject } },
    { code: 'assay', by: holder(known), what: `give lot ${known.subject} a composition` },
  );
}

export function noRareEarth(known: Case): Found {
  return insufficient(
    'no-rare-earth',
    { facts: { lot: known.subject } },
    {
      code: 'assay',
      by: holder(known),
      what: `give lot ${known.subject} a composition that names its rare earths`,
    },
  );
}

export function gapFindings({ element, gaps }: Pick<Trace, 'element' | 'gaps'>): Found[] {
  return gaps.map((gap) =>
    insufficient(
      gap.code,
      { facts: { element, lot: gap.lot }, entries: gap.entries },
      {
        code: CURE_CODES[gap.code],
        by: gap.facility,
        what: CURES[gap.code](element, gap.lot),
      },
    ),
  );
}

const CURE_CODES: Record<TraceGap['code'], string> = {
  'no-origin': 'record-origin',
  'two-origins': 'correct',
  'own-ancestor': 'correct',
  'element-from-nowhere': 'record-input',
  'heel-unknown': 'record-heel',
};

const CURES: Record<TraceGap['code'], (element: string, lot: string) => string> = {
  'no-origin': (_, lot) => `record where lot ${lot} came from`,
  'two-origins': (_, lot) => `say which of the statements about the origin of lot ${lot} holds`,
  'own-ancestor': (_, lot) => `correct the records by which lot ${lot} was made from itself`,
  'element-from-nowhere': (element, lot) => `record the input that brought ${element} into lot ${lot}`,
  'heel-unknown': (_, lot) =>
    `say from which lots the material was that stood in the circuit before lot ${lot}`,
};

/**
 * C07: roots are mined, accepted recycled, or documented purchases of inert material with their chain of countries
 * from the mine. Opening stock and bought-in rare earths are no roots. Missing: INSUFFICIENT.
 */
export const c07: Rule = (known) => {
  if (known.fromMelt && known.material !== undefined) return [notApplicable('before-melting-not-examined')];
  const against = [...known.traces.values()].flatMap(({ element, roots }) =>
    roots.flatMap((root) => rootFindings(element, root)),
  );
  return orPass(against, 'roots-accepted', {
    facts: { roots: known.roots.length },
    entries: known.roots.map(({ ref }) => ref),
  });
};

/** Forms in which material comes back; anything else has steps behind it that nobody recorded. */
const COLLECTED_FORMS: readonly Form[] = ['SWARF', 'SCRAP', 'END_OF_LIFE_MAGNET', 'MAGNET', 'RESIDUE'];

function rootFindings(element: Element, { event, ref }: Told<'LotCreated'>): Found[] {
  const { origin, lot, facility } = event;
  const no = (code: FindingCode, what: string): Found[] => [
    insufficient(
      code,
      { facts: { element, lot, origin: origin.kind }, entries: [ref] },
      { code: 'document-origin', by: facility, what },
    ),
  ];
  switch (origin.kind) {
    case 'mined':
      return MINED_FORMS.includes(event.form)
        ? []
        : no('mined-as-processed', `record the steps that made lot ${lot} (${event.form}) of what was mined`);
    case 'opening-stock':
      return no('opening-stock', `record where the stock in lot ${lot} came from, with its roots`);
    case 'recycled': {
      if (!COLLECTED_FORMS.includes(event.form))
        return no(
          'recycled-as-processed',
          `record the steps that made lot ${lot} (${event.form}) of what was collected`,
        );
      const complete =
        origin.collectionRecord !== undefined &&
        origin.collector !== undefined &&
        origin.collectedIn !== undefined &&
        event.composition !== undefined;
      return complete
        ? []
        : no(
            'recycled-undocumented',
            `give lot ${lot} its collection record, collector, country and composition`,
          );
    }
    case 'purchased': {
      if (isRareEarth(element))
        return no(
          'rare-earth-purchased',
          `have the seller of lot ${lot} record its chain from the mine: a purchase proves no origin of rare earths`,
        );
      const chain = origin.chain ?? [];
      if (!chain.some(({ step }) => step === 'MINE' || step === 'RECYCLE'))
        return no('purchased-without-mine', `document the mine of the ${element} in lot ${lot}`);
      if (
        !MINED_FORMS.includes(event.form) &&
        chain.every(({ step }) => step === 'MINE' || step === 'BENEFICIATE')
      )
        return no(
          'purchased-stages-missing',
          `document the steps that made lot ${lot} (${event.form}) of what was mined`,
        );
      return chain.every(({ document }) => document !== undefined)
        ? []
        : no('purchased-undocumented', `attach a document to every step in the past of lot ${lot}`);
    }
  }
}

/**
 * C08: no stage is missing between roots and subject: every step turns what it takes into what it makes, and material
 * has at its receipt the form that it had at its dispatch. Missing: INSUFFICIENT.
 */
export const c08: Rule = (known) => {
  const against = [
    ...known.processes.flatMap((process) => processFindings(known, process)),
    ...known.links.flatMap((link) => handOverFindings(known, link)),
  ];
  return orPass(against, 'no-stage-missing', {
    facts: { processes: known.processes.length, handOvers: known.links.length },
  });
};

/** Material in which an assay shows no rare earth at all need not be cracked and separated. */
function holdsNoRareEarth(known: Case, process: Process, input: ProcessInput): boolean {
  const holds = known.measure.holds(
    known.lineage.materialAt(input.lot, process.facility, process.told.ref.index),
  );
  return holds !== undefined && ![...holds.present].some(isRareEarth);
}

function processFindings(known: Case, process: Process): Found[] {
  const products = process.outputs.filter(({ role, lot }) => role === 'product' || known.has(lot));
  return process.inputs.flatMap((input) => {
    if (!known.has(input.lot)) return [];
    const form = known.lineage.materialAt(input.lot, process.facility, process.told.ref.index)?.form;
    const bad = products.find(
      (product) =>
        form === undefined ||
        !fits(process, input, {
          form,
          product: product.form,
          role: product.role,
          leads: holdsNoRareEarth(known, process, input) ? permitsWithoutRareEarths : permits,
        }),
    );
    if (bad === undefined) return [];
    const steps = form === undefined ? [] : missingStages(form, bad.form, process.step);
    return [
      insufficient(
        'stage-missing',
        {
          facts: {
            facility: process.facility,
            step: process.step,
            from: form ?? 'unknown',
            to: bad.form,
            lot: input.lot,
            made: bad.lot,
          },
          entries: [process.told.ref],
        },
        {
          code: 'record-steps',
          by: process.facility,
          what: `record the steps between ${form ?? 'what went in'} and ${bad.form}${steps.length > 0 ? ` (${steps.join(', ')})` : ''}: ${process.step} alone does not make one of the other`,
        },
      ),
    ];
  });
}

function fits(
  { step }: Process,
  input: ProcessInput,
  made: { form: Form; product: Form; role: string; leads: typeof permits },
): boolean {
  if (input.role !== 'feed' && takesBeside(step, made.form)) return true;
  if (made.leads(step, made.form, made.product)) return true;
  return made.role !== 'product' && leavesBeside(step, made.product);
}

function handOverFindings(known: Case, { lot, receipt, handOver }: Case['links'][number]): Found[] {
  const stated = handOver?.dispatch.event.lots.find((line) => line.lot === lot);
  const came = receipt.event.lots.find((line) => line.lot === lot);
  if (handOver === undefined || stated === undefined || came === undefined) return [];
  const { event, ref } = handOver.dispatch;
  // What the sender made or received, not what its shipping papers call it.
  const held = known.lineage.materialAt(lot, event.facility, ref.index);
  const sent = held !== undefined && held.form !== stated.form ? held : stated;
  if (sent.form === came.form && stated.form === came.form) return [];
  return [
    insufficient(
      'form-changed-on-the-way',
      {
        facts: {
          lot,
          sent: sent.form,
          received: came.form,
          from: event.facility,
          to: receipt.event.facility,
        },
        entries: [ref, receipt.ref],
      },
      {
        code: 'record-steps',
        by: receipt.event.facility,
        what: `record where and by whom ${sent.form} was made into ${came.form} between dispatch and receipt`,
      },
    ),
  ];
}

/** C10: what grain-boundary diffusion, coating and additives bring in is recorded and traced. Missing: INSUFFICIENT. */
export const c10: Rule = (known) => {
  const adding = known.processes.filter((process) => addedRole(process) !== undefined);
  if (adding.length === 0) return [notApplicable('nothing-added-after-melting')];
  const against = adding.flatMap((process): Found[] => {
    const role = addedRole(process);
    const added = process.inputs.filter((input) => input.role === role);
    const said = { facts: { facility: process.facility, step: process.step }, entries: [process.told.ref] };
    if (added.length === 0)
      return [
        insufficient('added-input-missing', said, {
          code: 'record-input',
          by: process.facility,
          what: `record the ${role ?? 'input'} that the step used`,
        }),
      ];
    return added
      .filter(({ lot }) => known.lineage.producersOf(lot).length === 0)
      .map(({ lot }) =>
        insufficient(
          'added-input-untraced',
          { ...said, facts: { ...said.facts, lot } },
          { code: 'record-origin', by: process.facility, what: `record where lot ${lot} came from` },
        ),
      );
  });
  return orPass(against, 'added-inputs-traced', { facts: { processes: adding.length } });
};

/** What a step brings in beside its feed: diffusion and coating always do, others where they say so. */
function addedRole({ step, inputs }: Process): string | undefined {
  if (step === 'GRAIN_BOUNDARY_DIFFUSION') return 'diffusion-source';
  if (step === 'COAT') return 'coating';
  return inputs.find(({ role }) => role === 'additive' || role === 'coating' || role === 'diffusion-source')
    ?.role;
}
