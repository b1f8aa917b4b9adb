import { beforeAll, describe, expect, test } from 'vitest';
import { openInstances } from '../../support/instances.ts';
import type { Operation } from '../../support/rest-operations.ts';
import { operations, titled } from '../../support/rest-operations.ts';
import type { OwnUser } from '../../support/self-service.ts';
import { ownUser } from '../../support/self-service.ts';
import { eventOf, trailReader } from '../../support/trail.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(openInstances);
let eve: OwnUser;
beforeAll(async () => {
  eve = await ownUser(harness, 'swept-eve');
});
const { ask, trailOf } = trailReader(() => harness);

/** Something well-formed for every field an operation with an mfaToken may have. */
const answers: Record<string, unknown> = {
  mfaToken: 'x'.repeat(43),
  token: '123456',
  value: '123456',
  code: '123456',
  otcToken: 'x'.repeat(43),
  webauthnToken: 'x'.repeat(43),
  phoneNumber: '+447400123456',
  deviceType: 'Platform',
  options: { id: 'x', response: { clientDataJSON: 'x', attestationObject: 'x', authenticatorData: 'x', signature: 'x' } },
};

const bodyOf = ({ fields }: Operation): object =>
  Object.fromEntries((fields ?? []).filter((field) => field in answers).map((field) => [field, answers[field]]));
const writes = operations.filter(({ method }) => method !== 'GET');

describe('every operation that takes an mfaToken tells of one nobody knows, once', () => {
  const taking = writes.filter(({ fields }) => fields?.includes('mfaToken'));
  test('there are some', () => {
    expect(taking.length).toBeGreaterThan(5);
  });
  test.each(titled(taking))('%s', async (_title, operation) => {
    const [event, ...more] = await trailOf(async () => expect((await ask(operation, { body: bodyOf(operation) })).statusCode).toBe(401));
    expect(more).toEqual([]);
    // Which strategy it was about an operation for several may not know.
    expect({ ...event, strategy: null }).toEqual(eventOf({ kind: 'MFA_FAILED', reason: 'CHALLENGE_EXPIRED' }));
  });
});

describe("every write that is the operator's tells of a user who asks for it, once", () => {
  const operators = writes.filter(({ access }) => access === 'environment');
  test('there are some', () => {
    expect(operators.length).toBeGreaterThan(10);
  });
  test.each(titled(operators))('%s', async (_title, operation) => {
    const trail = await trailOf(async () => expect((await ask(operation, { headers: eve.headers, body: {} })).statusCode).toBe(403));
    expect(trail).toEqual([eventOf({ kind: 'REQUEST_REFUSED', reason: 'FORBIDDEN', actor: 'USER', actorId: eve.id, tenantId: eve.tenantId })]);
  });
});
