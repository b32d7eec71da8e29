import { readFile } from 'node:fs/promises';
import { errorCode } from '@lodemark/platform/light';
import { readJson, type JsonValue } from '@lodemark/transparency';
import { errorText } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { isRecord } from '../network/json.js';
import type { Fields } from './registrar.js';

/** Flags of `join` that say something about the newcomer. */
export interface JoinFlags {
  readonly organization?: string;
  readonly legalName?: string;
  readonly kind?: string;
  readonly country?: string;
  readonly ownership?: string;
  readonly facility?: string;
  readonly facilityFile?: string;
  readonly name?: string;
  readonly facilityCountry?: string;
  readonly steps?: readonly string[];
  readonly operatingFrom?: string;
}

/** What is to be registered, in the registry's own words; flags go before files. */
export interface Registration {
  readonly organization: Fields & { readonly organization: string };
  readonly ownership: readonly Fields[];
  readonly facility: Fields & { readonly facility: string };
}

const PARTS = ['organization', 'ownership', 'facility'];

/** Reads what `join` was given. @throws Failure for what is missing or malformed; fields are the registry's to judge */
export async function readRegistration(path: string | undefined, flags: JoinFlags): Promise<Registration> {
  const whole = path === undefined ? {} : await readObject(path);
  const unknown = Object.keys(whole).filter((name) => !PARTS.includes(name));
  if (unknown.length > 0)
    throw wrong(`${path ?? ''} has members that are none of ${PARTS.join(', ')}: ${unknown.join(', ')}.`);
  const organization = {
    ...objectIn(whole, 'organization', path),
    ...given({
      organization: flags.organization,
      legalName: flags.legalName,
      kind: flags.kind,
      incorporatedIn: flags.country,
    }),
  };
  const facility = {
    ...objectIn(whole, 'facility', path),
    ...(flags.facilityFile === undefined ? {} : await readObject(flags.facilityFile)),
    ...given({
      facility: flags.facility,
      name: flags.name,
      country: flags.facilityCountry,
      steps: flags.steps?.map((step) => ({ step })),
      operating: flags.operatingFrom === undefined ? undefined : { from: flags.operatingFrom },
    }),
  };
  const declared = flags.ownership === undefined ? whole['ownership'] : await readValue(flags.ownership);
  return {
    organization: { ...organization, organization: idOf(organization, 'organization') },
    ownership: ownershipOf(declared),
    facility: { ...facility, facility: idOf(facility, 'facility') },
  };
}

function ownershipOf(declared: JsonValue | undefined): readonly Fields[] {
  if (declared === undefined) return [];
  const list: readonly JsonValue[] = Array.isArray(declared) ? declared : [declared];
  return list.map((one) => {
    if (isRecord(one)) return one;
    throw wrong('An ownership declaration is an object with "holders" and "from", or a list of such.');
  });
}

function idOf(fields: Fields, name: 'organization' | 'facility'): string {
  const id = fields[name];
  if (typeof id === 'string' && /^[a-z0-9-]{1,63}$/.test(id)) return id;
  throw wrong(
    id === undefined
      ? `It is not said what ${name} joins: --${name} ID, or "${name}" in the file.`
      : `${JSON.stringify(id)} is no id of a ${name}: [a-z0-9-]{1,63}.`,
  );
}

function objectIn(whole: Fields, name: string, path: string | undefined): Fields {
  const value = whole[name];
  if (value === undefined) return {};
  if (isRecord(value)) return value;
  throw wrong(`"${name}" in ${path ?? ''} is no object.`);
}

function given(fields: Readonly<Record<string, JsonValue | undefined>>): Fields {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

async function readObject(path: string): Promise<Fields> {
  const value = await readValue(path);
  if (isRecord(value)) return value;
  throw wrong(`${path} holds no JSON object.`);
}

async function readValue(path: string): Promise<JsonValue> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw wrong(
      `${path} cannot be read: ${errorCode(error) === 'ENOENT' ? 'there is no such file' : errorText(error)}.`,
    );
  });
  const read = readJson(bytes);
  if (read.ok) return read.value;
  throw new Failure({
    code: 'file-malformed',
    exit: EXIT.usage,
    cause: `${path} is not JSON that can be taken.`,
    details: read.problems.map(
      ({ code, pointer, detail }) => `${pointer === '' ? '(whole)' : pointer}  ${code}: ${detail}`,
    ),
  });
}

function wrong(cause: string): Failure {
  return new Failure({ code: 'join-options', exit: EXIT.usage, cause, next: 'See lodemark join --help.' });
}
