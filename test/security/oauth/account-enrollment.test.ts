import { beforeAll, expect, test } from 'vitest';
import { codesIn, noticeOf, visitor } from '../../support/account.ts';
import { attributesOf } from '../../support/html.ts';
import { openHostedLogin, verifyForm } from '../../support/oauth.ts';
import { newNumber, openSmsHarness, textedCode } from '../../support/sms.ts';
import { useHarness } from '../../support/use-harness.ts';
import type { Shown } from '../../support/user-agent.ts';
import { formWith } from '../../support/user-agent.ts';
import { createSecurityKey } from '../../support/webauthn.ts';
import { offerWebAuthn } from '../../support/webauthn-flows.ts';

const harness = useHarness(openSmsHarness);
beforeAll(async () => {
  await openHostedLogin(harness);
  await offerWebAuthn(harness);
});

/** What the page has for the browser to ask an authenticator with. */
function optionsIn({ html, alert }: Shown): object {
  const [tag] = /<div[^>]*data-webauthn[^>]*>/.exec(html) ?? [];
  const options = attributesOf(tag ?? '')['data-options'];
  if (options === undefined) throw new Error(`no options; ${alert}`);
  return JSON.parse(options);
}

test('a phone is set up by the code that was sent to it, after a number that is none and a wrong code', async () => {
  const user = await visitor(harness, 'phone');
  const number = newNumber();
  const page = await user.go('factors/add?strategy=SMS');
  const refused = await user.send(page, { phoneNumber: '12' });
  expect(refused.alert).toMatch(/^Enter a mobile number with the country code/);
  expect(formWith(refused, 'phoneNumber').html).toContain('value="12"');
  const sent = await user.send(refused, { phoneNumber: number });
  const code = await textedCode(harness, number);
  const wrong = await user.agent.submit(sent, verifyForm(sent), { code: code === '000000' ? '111111' : '000000' });
  expect(wrong.alert).toMatch(/^This code is wrong/);
  const shown = await user.agent.submit(wrong, verifyForm(wrong), { code });
  expect(shown.heading).toBe('Save your recovery code');
  expect(codesIn(shown)).toHaveLength(1);
  expect((await user.go('factors')).html).toContain('Text message');
  expect((await user.agent.submit(wrong, verifyForm(wrong), { code })).heading, 'the next one needs this one').toBe('Confirm that it is you');
});

test.each(['WEBAUTHN_CROSS_PLATFORM', 'WEBAUTHN_PLATFORM'])(
  '%s is set up under the name that was given first, after an answer of a foreign page',
  async (strategy) => {
    const user = await visitor(harness, strategy.toLowerCase().replaceAll('_', '-'));
    const key = createSecurityKey({ transport: strategy === 'WEBAUTHN_PLATFORM' ? 'internal' : 'usb' });
    const asked = await user.send(await user.go(`factors/add?strategy=${strategy}`), { name: 'Blue <key>' });
    const foreign = JSON.stringify(key.create(optionsIn(asked), { origin: 'https://evil.example' }));
    const refused = await user.send(asked, { answer: foreign });
    expect(refused.alert).toBe('This key or device was not accepted. Try again, or choose another way.');
    expect(optionsIn(refused), 'a new challenge').not.toEqual(optionsIn(asked));
    expect((await user.send(asked, { answer: '{' })).alert).toMatch(/not accepted/);
    const again = await user.go(`factors/add?strategy=${strategy}`);
    const shown = await user.send(again, { answer: JSON.stringify(key.create(optionsIn(again))) });
    expect(noticeOf(shown)).toBe('Your second step is set up.');
    expect((await user.go('factors')).html).toContain('Blue &lt;key>');
  },
);

test('what was begun in one session is not there in another one of the same person', async () => {
  const user = await visitor(harness, 'two-browsers');
  await user.send(await user.go('factors/add?strategy=SMS'), { phoneNumber: newNumber() });
  expect((await user.go('factors/add?strategy=SMS')).forms.some(({ html }) => html.includes('name="code"'))).toBe(true);
  const { agent } = await visitor(harness, 'other-person');
  expect((await agent.open('/oauth/account/factors/add?strategy=SMS')).forms.some(({ html }) => html.includes('name="code"'))).toBe(false);
});
