import type { GraphQLObjectType } from 'graphql';
import { expect, test } from 'vitest';
import type { Actor } from '../../src/domain/access/actor.ts';
import { nobody } from '../../src/domain/access/actor.ts';
import { noRights } from '../../src/domain/access/permission.ts';
import { causeOf } from '../../src/graphql/errors/response.ts';
import { schema } from '../../src/graphql/schema.ts';

const user: Actor = {
  ...{ kind: 'USER', userId: 'u', sessionId: 's', tenantId: 't', tenantIds: ['t'], rights: noRights },
  ...{ mfaProvenAt: null, tokenMfa: null },
};
const environment: Actor = { kind: 'ENVIRONMENT', tenantId: null };

/** Resolves a field of an object as for this actor, whose services would let everybody in. */
function read(type: string, field: string, parent: object, actor: Actor): unknown {
  const { resolve } = (schema.getType(type) as GraphQLObjectType).getFields()[field] ?? {};
  const context = { call: { knownActor: () => actor } };
  return resolve?.(parent, {}, context, { operation: {}, fieldName: field } as never);
}

/** The error of the catalogue with which it refuses. */
function refusalOf(type: string, field: string, parent: object, actor: Actor): unknown {
  try {
    return read(type, field, parent, actor);
  } catch (error) {
    return causeOf(error);
  }
}

test('every field of a type asks for what the type names, before it is read', () => {
  const policy = { tenantId: null, allowRememberMyDevice: true };
  expect(read('MfaPolicy', 'allowRememberMyDevice', policy, environment)).toBe(true);
  expect(refusalOf('MfaPolicy', 'allowRememberMyDevice', policy, user)).toMatchObject({ code: 'FORBIDDEN' });
  expect(refusalOf('MfaPolicy', 'allowRememberMyDevice', policy, nobody)).toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('a field that is null if forbidden is so for a valid token alone', () => {
  const effective = { decidedBy: { tenantId: null } };
  expect(read('EffectiveMfaPolicy', 'decidedBy', effective, environment)).toEqual({ tenantId: null });
  expect(read('EffectiveMfaPolicy', 'decidedBy', effective, user)).toBeNull();
  expect(refusalOf('EffectiveMfaPolicy', 'decidedBy', effective, nobody)).toMatchObject({ code: 'UNAUTHENTICATED' });
});
