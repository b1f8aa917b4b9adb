import { devicePartsOf } from '../../domain/device/device-name.ts';
import { accountPath } from '../../domain/oauth/account-page.ts';
import type { Text } from '../messages/text.ts';
import { usePage } from './context.ts';

/** Returns the name of the device that a user agent tells of, in the words of the reader. Null stands for a browser that told nothing. */
export function deviceIn(text: Text, userAgent: string | null): string {
  const { browser, system } = devicePartsOf(userAgent ?? '');
  if (browser === null) return system === null ? text('device.unknown') : text('device.system', { system });
  return system === null ? browser : text('device.full', { browser, system });
}

/** Leads back to the account page. */
export function BackToAccount() {
  const { text } = usePage();
  return (
    <p>
      <a href={accountPath}>{text('account.back')}</a>
    </p>
  );
}

/** Leads back to the second steps. */
export function BackToFactors() {
  const { text } = usePage();
  return (
    <p>
      <a href={`${accountPath}/factors`}>{text('factors.back')}</a>
    </p>
  );
}
