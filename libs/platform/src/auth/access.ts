import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { RoleName } from './caller.js';

/** Who may use a route: whoever, whoever with or without a token, or a caller with one of the roles (any, if none). */
export type Access = 'public' | 'optional' | readonly RoleName[];

export const ACCESS = 'lodemark:access';
/** Where the OpenAPI document is told of it; `mountOpenApi` turns it into security requirements. */
export const ACCESS_EXTENSION = 'x-lodemark-access';
export const UNLIMITED = 'lodemark:unlimited';

function access(value: Access): MethodDecorator & ClassDecorator {
  return applyDecorators(SetMetadata(ACCESS, value), ApiExtension(ACCESS_EXTENSION, { access: value }));
}

/** No token is needed, and none is looked at. */
export function Public(): MethodDecorator & ClassDecorator {
  return access('public');
}

/** A token is verified when there is one; without one there is no caller (events that authenticate themselves). */
export function OptionalCaller(): MethodDecorator & ClassDecorator {
  return access('optional');
}

/** At least one of these roles is needed. Without any access decorator, every authenticated caller passes. */
export function Roles(...roles: readonly RoleName[]): MethodDecorator & ClassDecorator {
  return access(roles);
}

/** The route is not counted against its caller's rate: health and metrics. */
export function Unlimited(): MethodDecorator & ClassDecorator {
  return SetMetadata(UNLIMITED, true);
}
