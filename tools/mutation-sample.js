/** Why a mutant was not tried. */
export const NOT_IN_SAMPLE = 'not in the sample';

/**
 * Of all mutants every so manieth, as `MUTATION_SAMPLE` says; all without it. They are numbered file by file and from
 * top to bottom, so that each file and each part of it has its share.
 */
export function isInSample(id) {
  return Number(id) % sampleEvery() === Number(process.env.MUTATION_SAMPLE_FROM ?? 0);
}

export function sampleEvery() {
  return Math.max(1, Number(process.env.MUTATION_SAMPLE ?? 1));
}
