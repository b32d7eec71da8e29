import { fieldsOf, Stated } from '../http/stated.js';
import { FacilityRecordRequest } from './register-facility.request.js';

const FIELDS = fieldsOf('FacilityAmended');

/** The facility's whole record as it reads from `effectiveFrom` on. */
export class AmendFacilityRequest extends FacilityRecordRequest {
  @Stated(FIELDS.reason, { example: 'New capacity after the second line was commissioned' })
  readonly reason!: string;

  @Stated(FIELDS.effectiveFrom, { example: '2026-11-01T00:00:00Z' })
  readonly effectiveFrom!: string;
}
