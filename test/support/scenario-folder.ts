import { fileURLToPath } from 'node:url';

export const scenarioFolder = fileURLToPath(new URL('../scenarios/', import.meta.url));
