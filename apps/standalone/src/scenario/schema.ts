import { z } from 'zod';
import { scenarioFile } from './scenario-file.js';

/** The JSON Schema (2020-12) of a scenario file, for editors and for whoever writes scenarios of their own. */
export function scenarioSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(scenarioFile, { target: 'draft-2020-12', io: 'input' });
  return { title: 'Lodemark scenario', ...schema };
}
