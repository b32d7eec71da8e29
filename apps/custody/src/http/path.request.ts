import { Matches } from 'class-validator';

const FACILITY = /^[a-z0-9-]{1,63}$/;

/** A facility in the path. */
export class FacilityRequest {
  @Matches(FACILITY, { message: 'a facility id is [a-z0-9-]{1,63}' })
  readonly facility!: string;
}

/** An event in the path. */
export class EventRequest extends FacilityRequest {
  @Matches(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, { message: 'an eventId is a UUID in lower case' })
  readonly eventId!: string;
}

/** A lot in the path. */
export class LotRequest extends FacilityRequest {
  @Matches(/^[A-Za-z0-9._-]{1,64}$/, { message: 'a lot’s number is [A-Za-z0-9._-]{1,64}' })
  readonly number!: string;
}

/** A document or disclosure in the path. */
export class DigestRequest {
  @Matches(/^[0-9a-f]{64}$/, { message: 'a SHA-256 digest in lower-case hex' })
  readonly digest!: string;
}
