/** The process classes of the design, in the order in which material meets them; the last three are neutral. */
export const STEPS = [
  'MINE',
  'BENEFICIATE',
  'CRACK_LEACH',
  'SEPARATE',
  'CALCINE',
  'REDUCE',
  'ALLOY_MELT',
  'POWDER',
  'PRESS',
  'SINTER',
  'MACHINE',
  'GRAIN_BOUNDARY_DIFFUSION',
  'COAT',
  'MAGNETIZE',
  'RECYCLE',
  'BLEND',
  'SPLIT',
  'REPACK',
] as const;
export type Step = (typeof STEPS)[number];
