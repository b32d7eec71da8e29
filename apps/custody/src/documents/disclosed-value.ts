/** Schemas of what a private field may hold. Said in so many words, since the type `unknown` tells a schema nothing. */
export const ANY_JSON_BUT_NULL = [
  { type: 'string' as const },
  { type: 'number' as const },
  { type: 'boolean' as const },
  { type: 'array' as const, items: {} },
  { type: 'object' as const },
];
