/** Requests of the OpenAPI document: asked of a network that has the lot and a policy of this name. */
export const EXAMPLES = {
  /** Of no verdict there is: the horizon is part of a verdict's bytes. */
  verdictId: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  /** Of no policy document there is: its digest depends on its bytes. */
  policyDigest: '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
  question: {
    lot: 'euclid/A-2027-004',
    policy: 'WC-3',
    question: { deliveryDate: '2027-02-15', clauseVersion: 'MAY 2024', elementProfile: 'strict' },
  },
  /** The story that the examples are asked of ends in no pass. */
  certificate: { lot: 'euclid/A-2027-004', policy: 'WC-3', refusal: true },
  webhook: { url: 'https://hooks.prime.example/lodemark' },
} as const;
