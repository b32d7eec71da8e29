export const VC_CONTEXT = 'https://www.w3.org/ns/credentials/v2';
export const UNTP_CONTEXT = 'https://vocabulary.uncefact.org/untp/0.7.0/context/';
/** Where an issuer serves the context below, under its own address: a network keeps what its certificates mean. */
export const LODEMARK_CONTEXT_PATH = '/contexts/certificate/v1';
/** Defines `lodemark`, all of what a certificate says, as one JSON literal. Never changes: another would be `v2`. */
export const LODEMARK_CONTEXT_DOCUMENT = {
  '@context': {
    '@version': 1.1,
    '@protected': true,
    lodemark: { '@id': 'https://lodemark.example/vocabulary#certified', '@type': '@json' },
  },
} as const;
