import type { GraphQLField, GraphQLNamedType } from 'graphql';
import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  isUnionType,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../src/domain/error-catalogue.ts';
import { schema, schemaSdl } from '../../src/graphql/schema.ts';

const builtIn = new Set(['String', 'Int', 'Float', 'Boolean', 'ID']);
const types = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith('__') && !builtIn.has(type.name));
const fieldsOf = (type: GraphQLNamedType) => (isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : []);
const rootFields = [schema.getQueryType(), schema.getMutationType()].flatMap((type) => Object.values(type?.getFields() ?? {}));
const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
const isCredential = (field: GraphQLField<unknown, unknown>) => field.extensions.credential === true;

describe('every part of the schema says what it means', () => {
  const parts = types.flatMap((type) => [
    [type.name, type.description] as const,
    ...fieldsOf(type).flatMap((field) => [
      [`${type.name}.${field.name}`, field.description] as const,
      ...field.args.map((argument) => [`${type.name}.${field.name}(${argument.name})`, argument.description] as const),
    ]),
    ...(isInputObjectType(type) ? Object.values(type.getFields()).map((field) => [`${type.name}.${field.name}`, field.description] as const) : []),
    ...(isEnumType(type) ? type.getValues().map((value) => [`${type.name}.${value.name}`, value.description] as const) : []),
  ]);

  test('types, fields, arguments, input fields and enum values are described', () => {
    expect(parts.length).toBeGreaterThan(250);
    expect(parts.filter(([, description]) => (description ?? '').length < 8).map(([name]) => name)).toEqual([]);
  });

  test('the schema is described as well, and every scalar of ours names its specification', () => {
    expect((schema.description ?? '').length).toBeGreaterThan(100);
    const own = types.filter((type) => isScalarType(type) && !isSpecifiedScalarType(type));
    expect(own.map((type) => type.name).sort()).toEqual(['DataUri', 'DateTime', 'EmailAddress', 'JSONObject', 'PhoneNumber']);
    for (const type of own) expect(isScalarType(type) ? type.specifiedByURL : null, type.name).toMatch(/^https:\/\//);
  });

  test('no two parts of one type share a description by accident', () => {
    const dull = parts.filter(([, description]) => /^(the )?(id|name|value|type|input)\.?$/i.test(description ?? ''));
    expect(dull).toEqual([]);
  });
});

describe('names', () => {
  // What is done for the user of the token needs no input, and an input without a field is none in GraphQL.
  const withoutInput = ['beginPasskeyRegistration', 'endOtherSessions', 'sendMailboxCode'];

  test('mutations take one non-null input and answer a non-null union, each named after the mutation', () => {
    for (const field of mutations) {
      const name = `${field.name.charAt(0).toUpperCase()}${field.name.slice(1)}`;
      expect(field.args.map((argument) => `${argument.name}: ${argument.type}`)).toEqual(
        withoutInput.includes(field.name) ? [] : [`input: ${name}Input!`],
      );
      expect(String(field.type)).toBe(`${name}Result!`);
      const union = schema.getType(`${name}Result`);
      expect(isUnionType(union) && union.getTypes().map((type) => type.name)).toContain(`${name}Success`);
    }
  });

  test('the description of a union names its mutation', () => {
    for (const field of mutations) {
      const union = schema.getType(String(field.type).replace('!', ''));
      expect(union?.description).toMatch(new RegExp(`^Result of \`${field.name}\`: `));
    }
  });

  test('members of the unions are successes, the challenge, or refusals that implement UserError', () => {
    for (const union of types.filter(isUnionType)) {
      for (const member of union.getTypes()) {
        const refuses = member.getInterfaces().some((type) => type.name === 'UserError');
        expect(refuses, member.name).toBe(member.name.endsWith('Error'));
        if (!refuses)
          expect(
            ['MfaChallenge', 'StepUpChallenge'].includes(member.name) || member.name === union.name.replace(/Result$/, 'Success'),
            member.name,
          ).toBe(true);
      }
    }
  });

  test('booleans are no questions, enum values are loud, instants end in At or Until', () => {
    for (const type of types) {
      for (const field of fieldsOf(type)) {
        expect(field.name).not.toMatch(/^is[A-Z]/);
        if (String(field.type).startsWith('DateTime')) expect(field.name).toMatch(/(At|Until)$/);
      }
      if (isEnumType(type)) for (const value of type.getValues()) expect(value.name).toMatch(/^[A-Z][A-Z0-9_]*$/);
    }
  });

  test('every refusal of the schema is of the catalogue, and the enum holds all of it', () => {
    const codes = schema.getType('ErrorCode');
    expect(
      isEnumType(codes) &&
        codes
          .getValues()
          .map((value) => value.name)
          .sort(),
    ).toEqual(Object.keys(catalogue).sort());
  });
});

describe('who may ask', () => {
  test('every root field names who may use it', () => {
    const accessOf = (field: GraphQLField<unknown, unknown>) => (field.extensions.pothosOptions as { access?: string } | undefined)?.access;
    expect(rootFields.filter((field) => accessOf(field) === undefined).map((field) => field.name)).toEqual([]);
    expect(rootFields.length).toBeGreaterThan(25);
  });

  test('every node type names who may read it', () => {
    const nodes = types.filter((type) => isObjectType(type) && type.getInterfaces().some((face) => face.name === 'Node'));
    expect(nodes.map((type) => type.name).sort()).toEqual([
      ...[
        'AccessToken',
        'Authenticator',
        'BulkInvitation',
        'Group',
        'InvitationLink',
        'MfaEnforcementSchedule',
        'MfaEvent',
        'MfaExemption',
        'MfaPolicy',
        'Migration',
        'Passkey',
        'Permission',
        'PermissionCategory',
        'RedirectUri',
        'RememberedDevice',
        'Role',
        'Tenant',
        'TenantApiToken',
        'User',
        'UserApiToken',
        'UserSession',
      ],
    ]);
    for (const type of nodes) expect((type.extensions.pothosOptions as { access?: string }).access, type.name).toBeDefined();
  });

  test('fields of one name have one type in all nodes, so that a client can ask for several kinds without aliases, of which there are few', () => {
    const typesByField = new Map<string, Set<string>>();
    const nodes = types.filter((type) => isObjectType(type) && type.getInterfaces().some((face) => face.name === 'Node'));
    for (const field of nodes.flatMap(fieldsOf)) typesByField.set(field.name, (typesByField.get(field.name) ?? new Set()).add(String(field.type)));
    expect([...typesByField].filter(([, each]) => each.size > 1)).toEqual([]);
  });

  test('what checks a credential costs a document all it has', () => {
    const expected = [
      'acceptInvitation',
      'activateUser',
      'authenticateApiToken',
      'authenticateEnvironment',
      'changePassword',
      'checkInvitation',
      'logIn',
      'logInWithEmailCode',
      'logInWithMagicLink',
      'logInWithPasskey',
      'logInWithSmsCode',
      'proveMailbox',
      'recoverMfa',
      'registerPasskey',
      'removeAuthenticator',
      'resetPassword',
      'signUp',
      'unlockAccount',
      'verifyAuthenticatorApp',
      'verifyAuthenticatorAppEnrollment',
      'verifyEmailCode',
      'verifyPassword',
      'verifyPasswordResetSms',
      'verifyPhoneNumber',
      'verifySms',
      'verifySmsEnrollment',
      'verifyUserEmailAddress',
      'verifyWebAuthn',
      'verifyWebAuthnEnrollment',
    ];
    expect(
      mutations
        .filter(isCredential)
        .map((field) => field.name)
        .sort(),
    ).toEqual(expected);
    expect(
      mutations
        .filter((field) => field.extensions.complexity === 1000)
        .map((field) => field.name)
        .sort(),
    ).toEqual(expected);
  });

  test('every mutation that takes a password, a secret or a code is one of them', () => {
    const takes = (field: GraphQLField<unknown, unknown>) => {
      const type = field.args[0]?.type;
      const input = isNonNullType(type) ? type.ofType : type;
      return isInputObjectType(input) && ['password', 'secret', 'code', 'recoveryCode', 'credential'].some((name) => name in input.getFields());
    };
    // Setting a password checks none.
    expect(mutations.filter((field) => takes(field) && field.name !== 'createUser').every(isCredential)).toBe(true);
  });
});

test('the cost of a field is a number and depends on no argument, because an operation is judged once for all its variables', () => {
  const fixed = (cost: unknown): boolean => typeof cost === 'number' || (typeof cost === 'object' && cost !== null);
  const others = types.flatMap((type) =>
    fieldsOf(type)
      .filter(({ extensions: { complexity } }) => !fixed(complexity))
      .map(({ name }) => `${type.name}.${name}`),
  );
  expect(others).toEqual([]);
});

test('the published schema is sorted and the same at every rendering', () => {
  const sdl = schemaSdl();
  const names = [...sdl.matchAll(/^(?:type|interface|union|enum|input|scalar) (\w+)/gm)].map(([, name]) => name ?? '');
  expect(names).toEqual([...names].sort());
  expect(schemaSdl()).toBe(sdl);
});
