import type { Environment } from '../../domain/environment/environment.ts';
import type { Claims } from '../../domain/ports.ts';
import { looksAt, treatmentFor } from '../../domain/session/jwt-targeting.ts';
import type { PlaceholderValues } from '../../domain/session/jwt-template.ts';
import { addedClaims } from '../../domain/session/jwt-template.ts';
import type { Store } from '../../domain/store.ts';

/** Whose token is to be made, as far as rules and templates look at it. */
export interface TokenSubject {
  /** Null for a token of a tenant. */
  userId: string | null;
  userEmail: string;
  tenantId: string;
  /** The claim `type` of the token. */
  tokenType: string;
  /** Called only where a rule is met. */
  values(): PlaceholderValues;
}

/** What a template makes of a token: claims besides those of this server, and its lifetime. Null keeps the standard lifetime. */
export interface TokenShape {
  claims: Claims;
  lifetimeSeconds: number | null;
}

/** The shape of a token that no rule is about. */
export const standardShape: TokenShape = { claims: {}, lifetimeSeconds: null };

/** Returns what the rules of the environment make of a token. */
export type ShapeFor = (environment: Pick<Environment, 'id' | 'jwtTargeting'>, subject: TokenSubject) => Promise<TokenShape>;

/**
 * Creates the function that says what the rules of the environment make of a token of any kind. The rules come with the row of the
 * environment, which whoever makes a token has read anyway. So no statement is added while no rule is met, and the next token follows
 * changed rules on every instance.
 */
export const createTokenShapes =
  ({ store }: { store: Pick<Store, 'jwtTemplates' | 'roles'> }): ShapeFor =>
  async ({ id, jwtTargeting }, { userId, userEmail, tenantId, tokenType, values }) => {
    const rules = jwtTargeting?.rules ?? [];
    if (rules.length === 0) return standardShape;
    const roleIds = userId !== null && looksAt(rules, 'roleIds') ? await store.roles.heldIn(userId, tenantId) : [];
    const treatment = treatmentFor(rules, { userId: userId ?? '', userEmail, tenantId, tokenType, applicationId: id, roleIds });
    const template = treatment === null ? null : await store.jwtTemplates.find(treatment);
    return template === null ? standardShape : { claims: addedClaims(template, values()), lifetimeSeconds: template.lifetimeSeconds };
  };
