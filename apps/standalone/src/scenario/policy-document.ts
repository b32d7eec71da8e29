import { readFileSync } from 'node:fs';
import { put } from './load-scenario.js';
import type { PublicationStep } from './scenario-file.js';

/** The document that a scenario publishes: its own, or a shipped one with changes. */
export function publishedDocument(step: PublicationStep): Record<string, unknown> {
  const { publish, basedOn, document } = step;
  if ((basedOn === undefined) === (document === undefined))
    throw new Error(`policy ${publish}: give either a document or the shipped policy that it is based on`);
  const copy = document === undefined ? shipped(basedOn ?? '') : structuredClone(document);
  for (const [where, value] of Object.entries({ id: publish, ...step.with }))
    put(copy, where.split('.'), value);
  return copy;
}

function shipped(id: string): Record<string, unknown> {
  const url = new URL(`../../../../policies/${id}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as Record<string, unknown>;
}
