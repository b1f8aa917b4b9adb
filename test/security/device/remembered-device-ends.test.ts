import { describe, expect, test } from 'vitest';
import type { TestUser } from '../../support/builders.ts';
import { asEnvironment, createTenant, enroll, identity, mfaTokenFor, password, setPolicy, totp } from '../../support/builders.ts';
import { countOf, query } from '../../support/database.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import { openInstances } from '../../support/instances.ts';
import { createForcedUser, deviceCookie, loggedIn, logOut, verifyApp } from '../../support/requests.ts';
import { generateStepUp, recover } from '../../support/step-up.ts';
import { useHarness } from '../../support/use-harness.ts';

const lifeSeconds = 1000;
const harness = useHarness(openInstances);

/** How a device is told again at the next login: by the cookie of REST, or by the token GraphQL hands out. */
interface Way {
  name: string;
  remember(code: { mfaToken: string; code: string }): Promise<string>;
  logIn(email: string, token: string): Promise<{ asked: boolean; accessToken?: string }>;
}
const byCookie: Way = {
  name: 'cookie',
  async remember({ mfaToken, code }) {
    const answer = await verifyApp(harness, mfaToken, code, { rememberDevice: true });
    return answer.cookies.find(({ name }) => name === deviceCookie)?.value ?? '';
  },
  async logIn(email, token) {
    const { mfaRequired, accessToken } = await loggedIn(harness, email, `${deviceCookie}=${token}`);
    return { asked: mfaRequired, accessToken };
  },
};
const byToken: Way = {
  name: 'token',
  async remember(code) {
    return (await run(harness, documents.verifyApp, { ...code, rememberDevice: true })).rememberedDevice?.token ?? '';
  },
  async logIn(email, deviceToken) {
    const answer = await run(harness, documents.logIn, { email, password, deviceToken });
    return { asked: answer.__typename === 'MfaChallenge', accessToken: answer.session?.accessToken };
  },
};

describe.each([byCookie, byToken])('T23 by $name', (way) => {
  const asks = async ({ email }: TestUser, token: string): Promise<boolean> => (await way.logIn(email, token)).asked;
  const post = async (url: string, body?: object, headers?: Record<string, string>) => {
    const answer = await harness.send({
      method: 'POST',
      url: `${identity}${url}`,
      headers: headers ?? (await asEnvironment(harness)),
      ...(body && { body }),
    });
    expect(answer.statusCode, answer.body).toBeLessThan(300);
  };

  /** An enrolled user, and the token of a device that was just remembered and spares the second factor. */
  async function remembered(name: string) {
    const policy = { allowRememberMyDevice: true, mfaDeviceExpiration: lifeSeconds };
    const user = await createForcedUser(harness, `${way.name}-${name}`, policy);
    const app = await enroll(harness, user.email);
    const token = await way.remember({ mfaToken: await mfaTokenFor(harness, user.email), code: totp(harness, app.secret) });
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(await asks(user, token)).toBe(false);
    return { ...user, ...app, token };
  }

  test('T23 the device of one user says nothing of another, and that is no error', async () => {
    const [one, other] = [await remembered('own'), await remembered('others')];
    expect(await asks(other, one.token)).toBe(true);
    expect(await asks(one, other.token)).toBe(true);
    expect(await asks(one, one.token), 'nor is it used up by that').toBe(false);
  });

  test('T23 one character more, less or other is another token', async () => {
    const { token, ...user } = await remembered('forged');
    const last = token.endsWith('A') ? 'B' : 'A';
    for (const forged of [token.slice(1), token.slice(0, -1), `${token}A`, `${token.slice(0, -1)}${last}`, token.toUpperCase(), '']) {
      expect(await asks(user, forged), forged).toBe(true);
    }
    expect(await asks(user, token)).toBe(false);
  });

  test('T23 the session it opens is not raised: rba in its methods, no mfa, and no claim of a second factor', async () => {
    const { token, email, id } = await remembered('claims');
    const { accessToken = '' } = await way.logIn(email, token);
    const claims = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString());
    for (const claim of ['acr', 'amr', 'auth_time']) expect(claims).not.toHaveProperty(claim);
    const [session] = await query(harness, 'select amr, second_factor_at from sessions where id = $1', [claims.sid]);
    expect(typeof session?.amr === 'string' ? JSON.parse(session.amr) : session?.amr).toEqual(['pwd', 'rba']);
    expect(session?.second_factor_at).toBeNull();
    expect(await query(harness, "select id from audit_events where user_id = $1 and reason = 'pwd rba'", [id])).toHaveLength(2);
  });

  test('T23 it answers no step-up, and a step-up remembers nothing', async () => {
    const { token, email, id, secret } = await remembered('step-up');
    const { accessToken = '' } = await way.logIn(email, token);
    const headers = { authorization: `Bearer ${accessToken}` };
    const url = `${identity}/auth/v1/user/step-up/generate`;
    const asked = await harness.send({ method: 'POST', url, headers, cookie: `${deviceCookie}=${token}`, body: {} });
    expect(asked.json()).not.toHaveProperty('accessToken');
    harness.clock.advance({ seconds: 60 });
    const { mfaToken } = (await generateStepUp(harness, accessToken)).json();
    expect(await way.remember({ mfaToken, code: totp(harness, secret) })).toBe('');
    expect(await countOf(harness, 'remembered_devices', id)).toBe(1);
  });

  test('T23 it ends to the second, however often it is used, and a life made shorter later counts from its beginning', async () => {
    const { token, ...user } = await remembered('life');
    harness.clock.advance({ seconds: lifeSeconds - 1 });
    expect(await asks(user, token)).toBe(false);
    harness.clock.advance({ seconds: 1 });
    expect(await asks(user, token)).toBe(true);
    const again = await remembered('shorter');
    harness.clock.advance({ seconds: 100 });
    await setPolicy(harness, { mfaDeviceExpiration: 101 }, again.tenantId);
    expect(await asks(again, again.token)).toBe(false);
    await setPolicy(harness, { mfaDeviceExpiration: 100 }, again.tenantId);
    expect(await asks(again, again.token)).toBe(true);
  });

  test('T23 logging out ends the session alone', async () => {
    const { token, refreshToken, ...user } = await remembered('logout');
    await logOut(harness, refreshToken);
    expect(await asks(user, token)).toBe(false);
  });

  test.each<[string, (user: Awaited<ReturnType<typeof remembered>>) => Promise<void>]>([
    [
      'a new password',
      async ({ id, email }) => {
        await post('/users/v1/passwords/reset', { email }, {});
        await harness.app.outbox.flush();
        const message = harness.mail.findLast((one) => one.to === email && 'link' in one);
        const token = message && 'link' in message ? new URL(message.link).searchParams.get('token') : '';
        // The same one once more, so that only the change is seen.
        await post('/users/v1/passwords/reset/verify', { userId: id, token, password }, {});
      },
    ],
    [
      'the last factor removed, and another enrolled',
      async ({ tenantId, accessToken, secret, email }) => {
        await setPolicy(harness, { enforceMFAType: 'DontForce' }, tenantId);
        harness.clock.advance({ seconds: 60 });
        await post('/users/v1/mfa/disable', { token: totp(harness, secret) }, { authorization: `Bearer ${accessToken}` });
        await setPolicy(harness, { enforceMFAType: 'Force' }, tenantId);
        await enroll(harness, email);
      },
    ],
    [
      "an administrator's reset, and another factor",
      async ({ id, email }) => {
        await post(`/vendor-only/users/v1/${id}/mfa/unenroll`);
        await enroll(harness, email);
      },
    ],
    [
      'a recovery, and another factor',
      async ({ email, recoveryCode }) => {
        expect((await recover(harness, email, recoveryCode)).statusCode).toBe(200);
        await enroll(harness, email);
      },
    ],
    [
      'a lock, though it is lifted',
      async ({ id }) => {
        await post(`/users/v1/${id}/lock`);
        await post(`/users/v1/${id}/unlock`);
      },
    ],
    [
      'a ban by the tenant, though it is lifted',
      async ({ tenantId }) => {
        await setPolicy(harness, { allowRememberMyDevice: false }, tenantId);
        await setPolicy(harness, { allowRememberMyDevice: true }, tenantId);
      },
    ],
    [
      'a ban by the environment, though it is lifted',
      async () => {
        await setPolicy(harness, { enforceMFAType: 'DontForce', allowRememberMyDevice: false });
        await setPolicy(harness, { allowRememberMyDevice: true });
      },
    ],
    [
      'another tenant that bans, as long as the user is in it',
      async ({ email, id }) => {
        const other = await createTenant(harness, `banning-${id}`);
        await setPolicy(harness, { enforceMFAType: 'DontForce', allowRememberMyDevice: false }, other);
        await post('/users/v2', { email, password }, await asEnvironment(harness, other));
      },
    ],
    [
      'its user, over GraphQL',
      async ({ accessToken }) => {
        const headers = { authorization: `Bearer ${accessToken}` };
        expect(await run(harness, documents.revokeAllRememberedDevices, {}, headers)).toMatchObject({ revokedCount: 1 });
      },
    ],
    [
      'the operator, over GraphQL',
      async ({ id }) => {
        const [device] = await query(harness, 'select id from remembered_devices where user_id = $1', [id]);
        const input = { userId: id, deviceId: device?.id };
        expect((await run(harness, documents.revokeRememberedDevice, input, await asEnvironment(harness))).user).toMatchObject({
          rememberedDevices: [],
        });
      },
    ],
  ])('T23 ended by %s', async (name, end) => {
    const user = await remembered(name.replace(/\W+/g, '-').slice(0, 40));
    await end(user);
    expect(await asks(user, user.token)).toBe(true);
  });

  test('T23 nobody ends the device of another', async () => {
    const [one, other] = [await remembered('victim'), await remembered('meddler')];
    const [device] = await query(harness, 'select id from remembered_devices where user_id = $1', [one.id]);
    const headers = { authorization: `Bearer ${other.accessToken}` };
    expect(await run(harness, documents.revokeRememberedDevice, { deviceId: device?.id }, headers)).toMatchObject({ code: 'DEVICE_NOT_FOUND' });
    const foreign = { deviceId: device?.id, userId: one.id };
    expect(await run(harness, documents.revokeRememberedDevice, foreign, headers)).toMatchObject({ code: 'USER_NOT_FOUND' });
    const named = { deviceId: device?.id, userId: other.id };
    expect(await run(harness, documents.revokeRememberedDevice, named, await asEnvironment(harness))).toMatchObject({ code: 'DEVICE_NOT_FOUND' });
    await run(harness, documents.revokeAllRememberedDevices, {}, headers);
    expect(await asks(one, one.token)).toBe(false);
  });
});
