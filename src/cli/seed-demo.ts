import type { App } from '../app.ts';
import type { Caller, Origin } from '../domain/access/actor.ts';

/** Password of every demo user. It is public, so demo users are never created in production. */
export const demoPassword = 'sallyport-demo';
/** Id of the demo tenant. */
export const demoTenantId = 'acme';
/** The users of the demo tenant. */
export const demoUsers: readonly { email: string; name: string; roleKeys: string[] }[] = [
  { email: 'dana@acme.example', name: 'Dana', roleKeys: ['Admin'] },
  { email: 'sam@acme.example', name: 'Sam', roleKeys: [] },
];

/**
 * Creates a demo tenant that enforces MFA, and its users, in one transaction. Returns false and does nothing if the database has
 * other tenants or users, or all of these already. Earlier releases used several transactions, so a start that was killed could leave
 * a part of them; the rest is then added.
 */
export async function seedDemo(app: App): Promise<boolean> {
  try {
    return await app.store.transact('SETTINGS', () => seed(app));
  } catch (error) {
    // Another instance that started at the same time was faster.
    if (error instanceof Error && 'code' in error && error.code === 'TENANT_EXISTS') return false;
    throw error;
  }
}

/** Does what `seedDemo` does, in the caller's transaction. */
export async function seed({ services, store }: App): Promise<boolean> {
  const { items: tenants } = await store.tenants.list({}, { limit: 2, direction: 'forward', cursor: null });
  const { items: users } = await store.users.list({}, { limit: demoUsers.length + 1, direction: 'forward', cursor: null });
  const foreign = tenants.some(({ id }) => id !== demoTenantId) || users.some(({ email }) => !demoUsers.some((demo) => demo.email === email));
  if (foreign || users.filter(({ verified }) => verified).length === demoUsers.length) return false;

  const origin: Origin = { address: { text: '127.0.0.1', network: '127.0.0.1' }, userAgent: 'demo', requestId: 'demo' };
  const caller: Caller = { actor: { kind: 'ENVIRONMENT', tenantId: null }, origin };
  const ofTenant: Caller = { actor: { kind: 'ENVIRONMENT', tenantId: demoTenantId }, origin };
  if (tenants.length === 0) await services.tenants.create(caller, { id: demoTenantId, name: 'Acme' });
  const owners = (await store.policies.findMany([null, demoTenantId])).map(({ tenantId }) => tenantId);
  if (!owners.includes(null)) await services.policies.create(caller, { fields: { enforceMfaType: 'DONT_FORCE', allowRememberMyDevice: true } });
  if (!owners.includes(demoTenantId)) {
    const fields = { enforceMfaType: 'FORCE', allowRememberMyDevice: true, mfaDeviceExpirationSeconds: 604_800 } as const;
    await services.policies.create(ofTenant, { fields });
  }
  if (users.length === 0) await services.strategySettings.set(caller, { strategy: 'EMAIL_CODE', active: true });
  const common = { tenantId: demoTenantId, password: demoPassword, phoneNumber: null, profilePictureUrl: null, externalId: null };
  const roles = await store.roles.all({});
  for (const { roleKeys, ...demo } of demoUsers) {
    // An operator may have removed the built-in roles of a database that is used again.
    const roleIds = roles.flatMap(({ id, key }) => (roleKeys.includes(key) ? [id] : []));
    const user =
      users.find(({ email }) => email === demo.email) ??
      (await services.users.create(caller, {
        ...common,
        ...demo,
        roleIds,
        metadata: null,
        vendorMetadata: null,
        mfaBypass: false,
        expiresInSeconds: null,
      }));
    if (!user.verified) await services.users.markVerified(caller, { userId: user.id });
  }
  return true;
}
