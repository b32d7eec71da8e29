import { z } from 'zod';

const text = z.string().max(2_000);
const texts = z.array(text).max(10_000);
const stage = z.array(z.object({ element: text, countries: texts })).max(200);

/**
 * What a sheet shows of what a certificate says. A verifier shows certificates that it found wrong too, so nothing is
 * taken for granted here.
 */
export const CERTIFIED_SHAPE = z.object({
  scope: text,
  policy: z.object({ legalStatusDate: text }),
  judgedUnder: z.record(text, text),
  material: z.object({ form: text, netMass: text, assays: texts }),
  rules: z.array(z.object({ rule: text, outcomes: texts, codes: texts, evidence: texts })).max(1_000),
  caveats: texts,
  exceptions: texts,
  stages: z.object({
    mined: stage,
    refinedIntoOxide: stage,
    metalAndAlloy: stage,
    sinteredAndMagnetized: stage,
  }),
  transitCountries: texts,
  custodyModel: text,
  massBalance: z
    .array(
      z.object({
        ...{ element: text, fromRootsKg: text, inSubjectKg: text, byproductsKg: text },
        ...{ lossesKg: text, elsewhereKg: text, unexplainedKg: text },
      }),
    )
    .max(200),
  facilities: z
    .array(
      z.object({
        ...{ facility: text, name: text, country: text, organizationName: text },
        holders: z
          .array(z.object({ equity: text.optional(), holder: z.looseObject({ name: text.optional() }) }))
          .max(1_000),
      }),
    )
    .max(10_000),
});

export type CertifiedToShow = z.infer<typeof CERTIFIED_SHAPE>;
