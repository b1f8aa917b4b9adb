import { beforeAll, describe, expect, test } from 'vitest';
import { clientId, openHarness } from '../../support/harness.ts';
import { newRequest, openHostedLogin } from '../../support/oauth.ts';
import { tally } from '../../support/race.ts';
import { useHarness } from '../../support/use-harness.ts';
import { newAddress } from '../../support/user-agent.ts';

describe('one address may ask so often in a minute, and another one all the same', () => {
  const harness = useHarness(() => openHarness({ settings: { LIMIT_LOGIN_PER_MINUTE: '20' } }));
  beforeAll(() => openHostedLogin(harness));

  const json = (url: string, body: object) => ({ method: 'POST' as const, url, body });
  const asked = () => ({ url: newRequest().url });
  const endpoints: [string, number, () => Parameters<typeof harness.send>[0]][] = [
    ['requests of applications', 20, asked],
    ['exchanges', 60, () => json('/oauth/token', { grant_type: 'refresh_token', refresh_token: 'x' })],
    ['silent calls', 60, () => json('/oauth/authorize/silent', {})],
  ];
  test.each(endpoints)('%s: %i', async (_, most, request) => {
    const address = newAddress();
    const answers = [];
    for (let count = 0; count < most; count += 1) answers.push(await harness.send({ ...request(), address }));
    expect(tally(answers)[429]).toBeUndefined();
    const refused = await harness.send({ ...request(), address });
    expect([refused.statusCode, Number(refused.headers['retry-after'])]).toEqual([
      429,
      expect.toSatisfy((seconds: number) => seconds > 0 && seconds <= 60),
    ]);
    expect((await harness.send({ ...request(), address: newAddress() })).statusCode).not.toBe(429);
    // Both prefixes are one endpoint.
    const prefixed = { ...request(), address };
    expect((await harness.send({ ...prefixed, url: `/frontegg${prefixed.url}` })).statusCode).toBe(429);
    harness.clock.advance({ seconds: 61 });
    expect((await harness.send({ ...request(), address })).statusCode).not.toBe(429);
  });
});

describe('the secret of the environment', () => {
  const harness = useHarness(() => openHarness({ settings: { LIMIT_ENVIRONMENT_PER_SECOND: '5' } }));

  test('is guessed here no faster than where the environment logs in', async () => {
    const address = newAddress();
    const guess = (count: number) =>
      harness.send({
        method: 'POST',
        url: '/oauth/token',
        address,
        headers: { authorization: `Basic ${Buffer.from(`${clientId}:guess ${count}`).toString('base64')}` },
        body: { grant_type: 'refresh_token', refresh_token: 'x' },
      });
    const answers = [];
    for (let count = 0; count < 8; count += 1) answers.push(await guess(count));
    expect(tally(answers)).toEqual({ 401: 5, 429: 3 });
  });
});
