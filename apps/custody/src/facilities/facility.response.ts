export class KeyOfferResponse {
  /** UUID under which the registry records the key: the same at every call. */
  readonly statementId!: string;
  readonly owner!: { facility: string };
  /** `log` or `custodial`. */
  readonly purpose!: string;
  /** RFC 7638 thumbprint. */
  readonly kid!: string;
  /** The public key. */
  readonly jwk!: Record<string, string>;
  readonly alg!: string;
  /** Compact JWS by the key itself over {kid, owner, purpose, statementId}. */
  readonly proofOfPossession!: string;
}

export class OpenedFacilityResponse {
  readonly facility!: string;
  /** Of its log. */
  readonly origin!: string;
  /** What the registry’s `POST /v1/keys` needs, beside `validFrom`. */
  readonly keys!: KeyOfferResponse[];
}
