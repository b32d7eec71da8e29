/** Requests of the OpenAPI document. */
export const EXAMPLES = {
  question: {
    lot: 'euclid/A-2027-004',
    policy: 'WC-3',
    question: { deliveryDate: '2027-02-15', clauseVersion: 'MAY 2024', elementProfile: 'strict' },
  },
} as const;
