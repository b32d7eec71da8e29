import { callOk, member } from '../scenario/api.js';

/** Of a facility as the registry lists it. */
export function custodyUrlOf(facility: unknown): string {
  return String(member(facility, 'custodyUrl'));
}

/** Every registered facility, as the registry lists it. */
export async function allFacilities(registryUrl: string): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for (let after: string | undefined; ;) {
    const page = await callOk(
      `${registryUrl}/v1/facilities?limit=100${after === undefined ? '' : `&after=${after}`}`,
    );
    const facilities = member(page, 'facilities');
    if (!Array.isArray(facilities) || facilities.length === 0) return found;
    found.push(...(facilities as readonly unknown[]));
    after = String(member(facilities.at(-1), 'facility'));
  }
}
