/** Settings of services that are asked as fast as they can answer. */
export const WITHOUT_LIMITS = { CUSTODY_EVENT_RATE: '1000000', CUSTODY_EVENT_BURST: '1000000' };
