import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import type { StatementType } from '@lodemark/domain';
import { getMetadataStorage } from 'class-validator';
import { AmendFacilityRequest } from '../facilities/amend-facility.request.js';
import { ReattestEntriesRequest } from '../facilities/reattest-entries.request.js';
import { RegisterFacilityRequest } from '../facilities/register-facility.request.js';
import { fieldsOf } from '../http/stated.js';
import { RegisterKeyRequest, RotateKeyRequest } from '../keys/register-key.request.js';
import { RevokeKeyRequest } from '../keys/revoke-key.request.js';
import { DeclareOwnershipRequest } from '../organizations/declare-ownership.request.js';
import { RegisterOrganizationRequest } from '../organizations/register-organization.request.js';
import { PublishPolicyRequest } from '../policies/publish-policy.request.js';

/** The class that a request is read by, and what stands in its path, or is worked out from it. */
const REQUESTS: Readonly<Record<StatementType, readonly [new () => object, ...string[]]>> = {
  OrganizationRegistered: [RegisterOrganizationRequest],
  OwnershipDeclared: [DeclareOwnershipRequest, 'organization'],
  FacilityRegistered: [RegisterFacilityRequest],
  FacilityAmended: [AmendFacilityRequest, 'facility'],
  KeyAdded: [RegisterKeyRequest],
  KeyRotated: [RotateKeyRequest, 'replaces'],
  KeyRevoked: [RevokeKeyRequest, 'kid'],
  EntriesReattested: [ReattestEntriesRequest],
  PolicyPublished: [PublishPolicyRequest, 'document', 'proposedBy', 'approvedBy'],
};

function fieldsRead(request: new () => object): string[] {
  const metadata = getMetadataStorage().getTargetValidationMetadatas(request, '', false, false);
  return [...new Set(metadata.map(({ propertyName }) => propertyName))];
}

describe('a request to record a statement', () => {
  it.each(Object.entries(REQUESTS))(
    'takes every field that libs/domain declares of %s',
    (type, [request, ...given]) => {
      const declared = Object.keys(fieldsOf(type as StatementType)).filter(
        (field) => field !== 'v' && field !== 'type',
      );
      expect(new Set([...fieldsRead(request), ...given])).toEqual(new Set(declared));
    },
  );
});
