import { noBranding } from '../../domain/oauth/hosted-login.ts';
import type { Clock, Log } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';

interface Needs {
  store: Pick<Store, 'hostedLogin' | 'redirectUris'>;
  clock: Clock;
  log: Log;
}

/**
 * Creates the settings of hosted login if there are none: for a new environment, and at the first start of a release that has them. Warns a
 * developer who has registered no redirect URI of what is allowed instead.
 */
export async function bootstrapHostedLogin(
  { store, clock, log }: Needs,
  { activeAtFirst, development }: { activeAtFirst: boolean; development: boolean },
): Promise<void> {
  if ((await store.hostedLogin.find()) === null) {
    await store.hostedLogin.create({ active: activeAtFirst, branding: noBranding, updatedAt: clock.now() });
  }
  if (!development || (await store.redirectUris.count()) > 0 || (await store.hostedLogin.find())?.active !== true) return;
  log.warn(
    {},
    'No redirect URI is registered, so hosted login sends codes to http://localhost:<any port>/oauth/callback. It stops when one is registered, and never does so in production.',
  );
}
