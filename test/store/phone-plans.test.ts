import { beforeAll, expect, test } from 'vitest';
import { asEnvironment, createUserInTenant, identity, logIn } from '../support/builders.ts';
import { openHarness } from '../support/harness.ts';
import { setCore } from '../support/passwordless.ts';
import { givePhone, logInBySms, smsLoginFor } from '../support/phones.ts';
import { plansOf } from '../support/plan.ts';
import { newNumber, textedCode } from '../support/sms.ts';
import { useHarness } from '../support/use-harness.ts';

const harness = useHarness(() => openHarness({ sms: true }));
/** Tables that hold few rows however many phone numbers there are. */
const small = ['environments'];
const statements = new Set<string>();

beforeAll(async () => {
  await setCore(harness, { authStrategy: 'SmsCode' });
  const user = await createUserInTenant(harness, 'phone-plans');
  const { accessToken } = (await logIn(harness, user.email)).json<{ accessToken: string }>();
  const headers = { authorization: `Bearer ${accessToken}` };
  const environment = await asEnvironment(harness, user.tenantId);
  harness.queries.length = 0;
  const url = `${identity}/users/phone-numbers/v1`;
  const phoneNumber = newNumber();
  const { id, otcToken } = (await harness.send({ method: 'POST', url, headers, body: { phoneNumber } })).json<{ id: string; otcToken: string }>();
  const code = await textedCode(harness, phoneNumber);
  await harness.send({ method: 'POST', url: `${url}/verify`, headers, body: { otcToken, code } });
  harness.clock.advance({ seconds: 31 });
  const texted = await smsLoginFor(harness, user.email, phoneNumber);
  await logInBySms(harness, texted.code, texted.cookie);
  await harness.send({
    method: 'POST',
    url: `${identity}/users/v2/passwords/reset/sms`,
    body: { identifier: phoneNumber, identifierType: 'phoneNumber' },
  });
  const given = await givePhone(harness, user.id);
  await harness.send({ url: `${url}/me`, headers });
  for (const search of [`userIds=${user.id}`, `_phoneNumber=${encodeURIComponent(phoneNumber)}`]) {
    await harness.send({ url: `${url}?${search}`, headers: environment });
  }
  await harness.send({ method: 'DELETE', url: `${url}/vendor/${user.id}/${given.id}`, headers: environment });
  await harness.send({ method: 'DELETE', url: `${url}/${id}`, headers });
  for (const sql of harness.queries) if (/user_phones/.test(sql)) statements.add(sql);
});

test('every statement about phone numbers finds its rows by an index', async () => {
  const plain = [...statements].filter((sql) => /^(select|update|delete)\b/i.test(sql));
  expect(plain.length).toBeGreaterThan(6);
  const plans = await plansOf(harness.config.databaseUrl, plain);
  const whole = [...plans].filter(([, plan]) =>
    plan.split('\n').some((line) => {
      const table = /^SCAN (\w+)(?!.*USING)/.exec(line.trim())?.[1] ?? /Seq Scan on (\w+)/.exec(line)?.[1];
      return table !== undefined && !small.includes(table) && !/CONSTANT ROW/.test(line);
    }),
  );
  expect(whole.map(([sql, plan]) => `${sql}\n${plan}`)).toEqual([]);
});
