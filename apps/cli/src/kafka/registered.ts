import type { ServedFacility } from '@lodemark/feed';
import { listMember, textMember } from '../network/json.js';
import type { ServiceClient } from '../network/service-client.js';

const PAGE = 100;

/** Every registered facility and the custody service that its last statement names. @throws Failure */
export async function registeredFacilities(registry: ServiceClient): Promise<readonly ServedFacility[]> {
  const found: ServedFacility[] = [];
  for (let after: string | undefined; ;) {
    const page = await registry.ask('/v1/facilities', { query: { limit: PAGE, after } });
    for (const one of listMember(page, 'facilities')) {
      const facility = textMember(one, 'facility');
      const custodyUrl = textMember(one, 'custodyUrl');
      if (facility !== undefined && custodyUrl !== undefined) found.push({ facility, custodyUrl });
    }
    after = textMember(page, 'next');
    if (after === undefined) return found;
  }
}
