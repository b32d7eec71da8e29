// Signed with throw-away keys that nothing trusts; examples.spec.ts makes them again and compares.

/** Requests of the OpenAPI document: sent in this order to an empty registry of demo.lodemark.example, each succeeds. */
export const EXAMPLES = {
  lostEntries: { from: 0, entries: [], proof: [], documents: [] },
  organization: {
    statementId: '3f0c2b1e-8d54-4a0b-9c7e-1b1f7a1d0001',
    statedAt: '2026-11-02T09:00:00Z',
    organization: 'tau-mining',
    legalName: 'Tau Mining LLP (invented)',
    kind: 'operator',
    incorporatedIn: 'KZ',
    headquarteredIn: 'KZ',
  },
  ownership: {
    statementId: '3f0c2b1e-8d54-4a0b-9c7e-1b1f7a1d0002',
    statedAt: '2026-11-02T09:00:00Z',
    holders: [
      {
        holder: {
          name: 'Free float (invented)',
          kind: 'public-float',
          country: 'CA',
        },
        equity: '100',
        votes: '100',
        seats: '100',
      },
    ],
    from: '2024-01-01',
  },
  facility: {
    statementId: '3f0c2b1e-8d54-4a0b-9c7e-1b1f7a1d0003',
    statedAt: '2026-11-02T09:00:00Z',
    facility: 'kokbulak',
    organization: 'tau-mining',
    name: 'Kokbulak mine (invented)',
    country: 'KZ',
    steps: [
      {
        step: 'MINE',
        capacityPerYear: {
          value: '12000',
          unit: 't',
        },
      },
    ],
    operating: {
      from: '2020-01-01',
    },
    custodyUrl: 'https://custody.tau-mining.example',
  },
  amendment: {
    statementId: '3f0c2b1e-8d54-4a0b-9c7e-1b1f7a1d0004',
    statedAt: '2026-11-02T09:00:00Z',
    organization: 'tau-mining',
    name: 'Kokbulak mine (invented)',
    country: 'KZ',
    steps: [
      {
        step: 'MINE',
        capacityPerYear: {
          value: '18000',
          unit: 't',
        },
      },
      {
        step: 'BENEFICIATE',
      },
    ],
    operating: {
      from: '2020-01-01',
    },
    custodyUrl: 'https://custody.tau-mining.example',
    reason: 'A second line was commissioned.',
    effectiveFrom: '2026-11-01T00:00:00Z',
  },
  key: {
    statementId: '3f0c2b1e-8d54-4a0b-9c7e-1b1f7a1d0005',
    statedAt: '2026-11-02T09:00:00Z',
    owner: {
      facility: 'kokbulak',
    },
    purpose: 'log',
    kid: 'RKIQE6ZNKQ_6QaCOjTX53DQ_5dq4Uh8OMA_i6NECVCY',
    jwk: {
      kty: 'OKP',
      crv: 'Ed25519',
      x: 'y2xmMeXNMpfQkqGZES_gpzS3mx-6ieb2esMO-q8V1aA',
    },
    alg: 'EdDSA',
    validFrom: '2026-11-01T00:00:00Z',
    proofOfPossession:
      'eyJhbGciOiJFZERTQSIsImtpZCI6IlJLSVFFNlpOS1FfNlFhQ09qVFg1M0RRXzVkcTRVaDhPTUFfaTZORUNWQ1kiLCJ0eXAiOiJsb2RlbWFyay1wb3ArandzIn0.eyJraWQiOiJSS0lRRTZaTktRXzZRYUNPalRYNTNEUV81ZHE0VWg4T01BX2k2TkVDVkNZIiwib3duZXIiOnsiZmFjaWxpdHkiOiJrb2tidWxhayJ9LCJwdXJwb3NlIjoibG9nIiwic3RhdGVtZW50SWQiOiIzZjBjMmIxZS04ZDU0LTRhMGItOWM3ZS0xYjFmN2ExZDAwMDUifQ.mQ98ukXw3jXjNmJE2nlfKs6IhKnMtSV2Rb_hOLmdqO-ccqJg_KFpgP5cNXDzd_cyKspV-MNupphckYwsK9mgDQ',
  },
  signedStatement:
    'eyJhbGciOiJFZERTQSIsImtpZCI6IlJLSVFFNlpOS1FfNlFhQ09qVFg1M0RRXzVkcTRVaDhPTUFfaTZORUNWQ1kiLCJ0eXAiOiJsb2RlbWFyay1zdGF0ZW1lbnQrandzIn0.eyJhbGciOiJFZERTQSIsImp3ayI6eyJjcnYiOiJFZDI1NTE5Iiwia3R5IjoiT0tQIiwieCI6Im5YSGpkc3Yyd2Znd19oMlZGVUhma1lEVFdNV3Vndm4zUWd3aktLZzd1ZDgifSwia2lkIjoicDJ2ZHgzNy1feVE0LVctRDdfRG52a2M5RnN5aUxpMF9QUFYzTHJyRlJqMCIsIm92ZXJsYXBVbnRpbCI6IjIwOTktMDEtMDFUMDA6MDA6MDBaIiwib3duZXIiOnsiZmFjaWxpdHkiOiJrb2tidWxhayJ9LCJwcm9vZk9mUG9zc2Vzc2lvbiI6ImV5SmhiR2NpT2lKRlpFUlRRU0lzSW10cFpDSTZJbkF5ZG1SNE16Y3RYM2xSTkMxWExVUTNYMFJ1ZG10ak9VWnplV2xNYVRCZlVGQldNMHh5Y2taU2FqQWlMQ0owZVhBaU9pSnNiMlJsYldGeWF5MXdiM0FyYW5kekluMC5leUpyYVdRaU9pSndNblprZURNM0xWOTVVVFF0VnkxRU4xOUViblpyWXpsR2MzbHBUR2t3WDFCUVZqTk1jbkpHVW1vd0lpd2liM2R1WlhJaU9uc2labUZqYVd4cGRIa2lPaUpyYjJ0aWRXeGhheUo5TENKd2RYSndiM05sSWpvaWJHOW5JaXdpYzNSaGRHVnRaVzUwU1dRaU9pSXpaakJqTW1JeFpTMDRaRFUwTFRSaE1HSXRPV00zWlMweFlqRm1OMkV4WkRBd01EWWlmUS5uTEdiMjcwTmROSUxDaExRRjdiM0hkWWNTMEpjbWUtS05vaFNMNFhLNjFvNHMzR0FLVTQ3UFAtWVN5alZ6NG5kX01vUmx6NjdHb2ttdzBoZGNvUHhEUSIsInB1cnBvc2UiOiJsb2ciLCJyZXBsYWNlcyI6IlJLSVFFNlpOS1FfNlFhQ09qVFg1M0RRXzVkcTRVaDhPTUFfaTZORUNWQ1kiLCJzdGF0ZWRBdCI6IjIwMjYtMTEtMDJUMDk6MDA6MDBaIiwic3RhdGVtZW50SWQiOiIzZjBjMmIxZS04ZDU0LTRhMGItOWM3ZS0xYjFmN2ExZDAwMDYiLCJ0eXBlIjoiS2V5Um90YXRlZCIsInYiOjEsInZhbGlkRnJvbSI6IjIwMjYtMTEtMDFUMDA6MDA6MDBaIn0.iLPTKBTCEWAVH09DE3D8MGVm6QfIg4ysUgERBGWZ2gZkc0bsrknV8VgwistCfdn6yeDaGOtVyPQjZhWTK7huBg',
  rotatedKid: 'p2vdx37-_yQ4-W-D7_Dnvkc9FsyiLi0_PPV3LrrFRj0',
  rotation: {
    statementId: '3f0c2b1e-8d54-4a0b-9c7e-1b1f7a1d0007',
    statedAt: '2026-11-02T09:00:00Z',
    owner: {
      facility: 'kokbulak',
    },
    purpose: 'log',
    kid: 'qjctSFeaUDw2ffrpFaLCphtJTOeMHAV66H8H7ODNyNo',
    jwk: {
      kty: 'OKP',
      crv: 'Ed25519',
      x: 'RwJbWvrxWDQXTC8NZCDrjIEz_X5Ga-j3qlwSCvNDXbs',
    },
    alg: 'EdDSA',
    validFrom: '2026-11-01T00:00:00Z',
    overlapUntil: '2099-01-01T00:00:00Z',
    proofOfPossession:
      'eyJhbGciOiJFZERTQSIsImtpZCI6InFqY3RTRmVhVUR3MmZmcnBGYUxDcGh0SlRPZU1IQVY2Nkg4SDdPRE55Tm8iLCJ0eXAiOiJsb2RlbWFyay1wb3ArandzIn0.eyJraWQiOiJxamN0U0ZlYVVEdzJmZnJwRmFMQ3BodEpUT2VNSEFWNjZIOEg3T0ROeU5vIiwib3duZXIiOnsiZmFjaWxpdHkiOiJrb2tidWxhayJ9LCJwdXJwb3NlIjoibG9nIiwic3RhdGVtZW50SWQiOiIzZjBjMmIxZS04ZDU0LTRhMGItOWM3ZS0xYjFmN2ExZDAwMDcifQ._vt9Mv8-pa8fp12OUPhj9IdDzDyQK3mJi1kFl_V9GKB-VXvRxVqUGokRZJs0P2wkkOIFO_N0s7p45Tm-xu6JDg',
  },
  revocation: {
    statementId: '3f0c2b1e-8d54-4a0b-9c7e-1b1f7a1d0008',
    statedAt: '2026-11-02T09:00:00Z',
    reason: 'ceased',
    suspectFrom: '2026-11-02T09:00:00Z',
  },
  policy: {
    statementId: '3f0c2b1e-8d54-4a0b-9c7e-1b1f7a1d0009',
    statedAt: '2026-11-02T09:00:00Z',
    policy: 'WC-EXAMPLE',
    document: {
      example: true,
      id: 'WC-EXAMPLE',
      note: 'An invented policy without rules, to show how one is published.',
      rules: [],
    },
  },
  policyDigest: '7a09f8a00ee99a689d3e352f386f1b0695d85e05d406c21ff64e58c53a0b9f52',
  checkpoint: {
    checkpoint:
      'demo.lodemark.example/log/kokbulak\n2\ndNsfl9tEY5eA798CeNUjrglIUaOk0i9ROy0Amz89jqc=\n\n— demo.lodemark.example/log/kokbulak Cu1nBPwzRTPvCR/5e7QCI8uwrUXpWXEne251UEs0wMoDw/ZktIsKOTWnHC19aIni3njNZh663ERKIlP1zF0ujRdDBA4=\n',
    consistencyProof: [],
  },
  reattestation: {
    statementId: '3f0c2b1e-8d54-4a0b-9c7e-1b1f7a1d0010',
    statedAt: '2026-11-02T09:00:00Z',
    facility: 'kokbulak',
    fromIndex: 0,
    size: 2,
    rootHash: '74db1f97db44639780efdf0278d523ae094851a3a4d22f513b2d009b3f3d8ea7',
  },
  logFault: {
    facility: 'kokbulak',
    kind: 'withheld',
    fromIndex: 1,
    evidence: [
      'demo.lodemark.example/log/kokbulak\n2\ndNsfl9tEY5eA798CeNUjrglIUaOk0i9ROy0Amz89jqc=\n\n— demo.lodemark.example/log/kokbulak Cu1nBPwzRTPvCR/5e7QCI8uwrUXpWXEne251UEs0wMoDw/ZktIsKOTWnHC19aIni3njNZh663ERKIlP1zF0ujRdDBA4=\n',
    ],
  },
  certificateKey: {
    statementId: '3f0c2b1e-8d54-4a0b-9c7e-1b1f7a1d0011',
    statedAt: '2026-11-02T09:00:00Z',
    owner: { organization: 'tau-mining' },
    purpose: 'certificate',
    kid: '1NE1jYO7M2_Nrp7PQ9SV4YzcmfNbJTbAlKv6C1haIoY',
    jwk: { kty: 'OKP', crv: 'Ed25519', x: 'odK5aZtgXC8BjH1ICSyF2Zf283yjG2rOAFW3Iz1sHXg' },
    alg: 'EdDSA',
    validFrom: '2026-11-01T00:00:00Z',
    proofOfPossession:
      'eyJhbGciOiJFZERTQSIsImtpZCI6IjFORTFqWU83TTJfTnJwN1BROVNWNFl6Y21mTmJKVGJBbEt2NkMxaGFJb1kiLCJ0eXAiOiJsb2RlbWFyay1wb3ArandzIn0.eyJraWQiOiIxTkUxallPN00yX05ycDdQUTlTVjRZemNtZk5iSlRiQWxLdjZDMWhhSW9ZIiwib3duZXIiOnsib3JnYW5pemF0aW9uIjoidGF1LW1pbmluZyJ9LCJwdXJwb3NlIjoiY2VydGlmaWNhdGUiLCJzdGF0ZW1lbnRJZCI6IjNmMGMyYjFlLThkNTQtNGEwYi05YzdlLTFiMWY3YTFkMDAxMSJ9.qDC63YBl0v2GRczSass6uepdLqMnXjpTE6RRgiChLG2dH_LTpbN-rhNLnRmQJuTAmUoqeaSLClNjTUbEJWasBw',
  },
  certificate:
    'eyJhbGciOiJFZERTQSIsImN0eSI6InZjIiwia2lkIjoiZGlkOndlYjpjZXJ0aWZpZXIuZXhhbXBsZSMxTkUxallPN00yX05ycDdQUTlTVjRZemNtZk5iSlRiQWxLdjZDMWhhSW9ZIiwidHlwIjoidmMrand0In0.eyJAY29udGV4dCI6WyJodHRwczovL3d3dy53My5vcmcvbnMvY3JlZGVudGlhbHMvdjIiXSwiY3JlZGVudGlhbFN1YmplY3QiOnsiaWQiOiJodHRwczovL2NlcnRpZmllci5leGFtcGxlL3YxL2NlcnRpZmljYXRlcy8zZjBjMmIxZS04ZDU0LTRhMGItOWM3ZS0xYjFmN2ExZDAwMTIjYXR0ZXN0YXRpb24ifSwiaWQiOiJodHRwczovL2NlcnRpZmllci5leGFtcGxlL3YxL2NlcnRpZmljYXRlcy8zZjBjMmIxZS04ZDU0LTRhMGItOWM3ZS0xYjFmN2ExZDAwMTIiLCJpc3N1ZXIiOnsiaWQiOiJkaWQ6d2ViOmNlcnRpZmllci5leGFtcGxlIiwibmFtZSI6IkNlcnRpZmllciAoaW52ZW50ZWQpIn0sIm5hbWUiOiJBbiBpbnZlbnRlZCBjZXJ0aWZpY2F0ZSB0aGF0IGNlcnRpZmllcyBub3RoaW5nLCB0byBzaG93IGhvdyBvbmUgaXMgcmVjb3JkZWQiLCJ0eXBlIjpbIkRpZ2l0YWxDb25mb3JtaXR5Q3JlZGVudGlhbCIsIlZlcmlmaWFibGVDcmVkZW50aWFsIl0sInZhbGlkRnJvbSI6IjIwMjYtMTEtMDJUMDk6MDA6MDBaIn0.zbAZzLpb22xMIQ3Bg_P5GiFo4PgaiH_25LGb8wqnk-MAFtOrD0y-pfvfCyAg6oaD-a2cc2swFZdoJmfeCpRAAg',
  statusList:
    'eyJhbGciOiJFZERTQSIsImN0eSI6InZjIiwia2lkIjoiZGlkOndlYjpjZXJ0aWZpZXIuZXhhbXBsZSMxTkUxallPN00yX05ycDdQUTlTVjRZemNtZk5iSlRiQWxLdjZDMWhhSW9ZIiwidHlwIjoidmMrand0In0.eyJAY29udGV4dCI6WyJodHRwczovL3d3dy53My5vcmcvbnMvY3JlZGVudGlhbHMvdjIiLCJodHRwczovL2xvZGVtYXJrLmV4YW1wbGUvY29udGV4dHMvY2VydGlmaWNhdGUvdjEiXSwiY3JlZGVudGlhbFN1YmplY3QiOnsiZW5jb2RlZExpc3QiOiJ1SDRzSUFBQUFBQUFDQS0zQklRRUFBQUFDSUlQX056dkRBalFBQUFBQUFBQUFBQUFBQUFBQUFBREEyd0M1Zm9Pd0FFQUFBQSIsImlkIjoiaHR0cHM6Ly9jZXJ0aWZpZXIuZXhhbXBsZS92MS9zdGF0dXMvc3VzcGVuc2lvbi8wI2xpc3QiLCJsb2RlbWFyayI6eyJjaGFuZ2VzIjpbeyJjYXVzZSI6eyJpbmRleCI6MSwib3JpZ2luIjoiZGVtby5sb2RlbWFyay5leGFtcGxlL2xvZy9rb2tidWxhayJ9LCJjZXJ0aWZpY2F0ZSI6IjBkMzYwZmIxYWQwYmQyNTQ1ZmZmZDc3NzM1NGI5MmRhZmVlN2QyYjViNTYwMzIwNzU3OTJhYjhlZWVhNjkwNzEiLCJwdXJwb3NlIjoic3VzcGVuc2lvbiIsInNldCI6dHJ1ZSwidmVyZGljdCI6IjlmODZkMDgxODg0YzdkNjU5YTJmZWFhMGM1NWFkMDE1YTNiZjRmMWIyYjBiODIyY2QxNWQ2YzE1YjBmMDBhMDgifV19LCJzdGF0dXNQdXJwb3NlIjoic3VzcGVuc2lvbiIsInR5cGUiOiJCaXRzdHJpbmdTdGF0dXNMaXN0In0sImlkIjoiaHR0cHM6Ly9jZXJ0aWZpZXIuZXhhbXBsZS92MS9zdGF0dXMvc3VzcGVuc2lvbi8wIiwiaXNzdWVyIjp7ImlkIjoiZGlkOndlYjpjZXJ0aWZpZXIuZXhhbXBsZSIsIm5hbWUiOiJDZXJ0aWZpZXIgKGludmVudGVkKSJ9LCJ0eXBlIjpbIlZlcmlmaWFibGVDcmVkZW50aWFsIiwiQml0c3RyaW5nU3RhdHVzTGlzdENyZWRlbnRpYWwiXSwidmFsaWRGcm9tIjoiMjAyNi0xMS0wMlQxMDowMDowMFoifQ.hLfZpALElMFcwGfe2jitviG7X-vZd_b_j_UXCqw-jEcDNO5Yy7DNKLuZeWF_ZzvZR_XCCOWImfvsSQ9lPjHHCQ',
};
