// Lets unit tests be loaded outside of Jest, as TypeScript: what they take from Jest comes from jest-globals.js instead.
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import '../support/typescript-loader.js';

if (isMainThread) register(import.meta.url);

export function resolve(specifier, context, next) {
  return specifier === '@jest/globals'
    ? { url: new URL('./jest-globals.js', import.meta.url).href, shortCircuit: true }
    : next(specifier, context);
}
