import type { App } from '../app.ts';
import type { Caller, Origin } from '../domain/access/actor.ts';
import type { RoleKey } from '../domain/access/role.ts';

/** Password of every demo user. It is public, so demo users are never created in production. */
export const demoPassword = 'sallyport-demo';
/** Id of the demo tenant. */
export const demoTenantId = 'acme';
/** The users of the demo tenant. */
export const demoUsers: readonly { email: string; name: string; roles: RoleKey[] }[] = [
  { email: 'dana@acme.example', name: 'Dana', roles: ['ADMIN'] },
  { email: 'sam@acme.example', name: 'Sam', roles: [] },
];

/** Creates a demo tenant that enforces MFA, and its users. Returns false and does nothing if the database has tenants already. */
export async function seedDemo({ services }: App): Promise<boolean> {
  const origin: Origin = { address: { text: '127.0.0.1', network: '127.0.0.1' }, userAgent: 'demo', requestId: 'demo' };
  const caller: Caller = { actor: { kind: 'ENVIRONMENT', tenantId: null }, origin };
  if ((await services.tenants.count(caller)) > 0) return false;
  await services.tenants.create(caller, { id: demoTenantId, name: 'Acme' });
  await services.policies.create(caller, { fields: { enforceMfaType: 'DONT_FORCE', allowRememberMyDevice: true } });
  await services.policies.create(
    { actor: { kind: 'ENVIRONMENT', tenantId: demoTenantId }, origin },
    { fields: { enforceMfaType: 'FORCE', allowRememberMyDevice: true, mfaDeviceExpirationSeconds: 604_800 } },
  );
  await services.strategySettings.set(caller, { strategy: 'EMAIL_CODE', active: true });
  const common = { tenantId: demoTenantId, password: demoPassword, phoneNumber: null, profilePictureUrl: null, externalId: null };
  for (const demo of demoUsers) {
    const user = await services.users.create(caller, { ...common, ...demo, metadata: null, vendorMetadata: null, mfaBypass: false });
    await services.users.markVerified(caller, { userId: user.id });
  }
  return true;
}
