import { describe, expect, test } from 'vitest';
import { asEnvironment } from '../../support/builders.ts';
import type { Harness } from '../../support/harness.ts';
import { openHarness } from '../../support/harness.ts';
import { expectRefusal, refusal } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const [one, other] = ['1F', '2A'].map((digits) => Array.from({ length: 32 }, () => digits).join(':'));
const apple = '/.well-known/apple-app-site-association';
const android = '/.well-known/assetlinks.json';

const get = async (app: Harness, url: string) => app.send({ url });

describe('with apps', () => {
  const harness = useHarness(() =>
    openHarness({
      settings: {
        IOS_APP_IDS: 'A1B2C3D4E5.com.acme.app,A1B2C3D4E5.com.acme.beta',
        ANDROID_APPS: `com.acme.app=${one},com.acme.app=${other},com.acme.beta=${other}`,
      },
    }),
  );

  test('iOS learns which apps open the links that end a login, and may use passwords and passkeys', async () => {
    const answer = await get(harness, apple);
    const appIDs = ['A1B2C3D4E5.com.acme.app', 'A1B2C3D4E5.com.acme.beta'];
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.json()).toEqual({
      applinks: { details: [{ appIDs, components: [{ '/': '/oauth/account/redirect/ios/*' }] }] },
      webcredentials: { apps: appIDs },
    });
  });

  test('Android learns the same, with the certificates of each app', async () => {
    const answer = await get(harness, `/frontegg${android}`);
    const relation = ['delegate_permission/common.handle_all_urls', 'delegate_permission/common.get_login_creds'];
    expect(answer.json()).toEqual([
      { relation, target: { namespace: 'android_app', package_name: 'com.acme.app', sha256_cert_fingerprints: [one, other] } },
      { relation, target: { namespace: 'android_app', package_name: 'com.acme.beta', sha256_cert_fingerprints: [other] } },
    ]);
  });

  test('nothing is said while hosted login is inactive', async () => {
    const step = async (name: string) =>
      harness.send({ method: 'POST', url: `/oauth/resources/configurations/v1/${name}`, headers: await asEnvironment(harness) });
    await step('deactivate');
    for (const url of [apple, android]) expectRefusal(await get(harness, url), 404, refusal('No app is configured', 'ER-00004'));
    await step('activate');
    expect((await get(harness, apple)).statusCode).toBe(200);
  });
});

describe('without apps', () => {
  const harness = useHarness();

  test.each([apple, android])('there is no %s', async (url) => {
    expectRefusal(await get(harness, url), 404, refusal('No app is configured', 'ER-00004'));
  });
});
