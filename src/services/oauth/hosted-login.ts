import type { Caller } from '../../domain/access/actor.ts';
import { fail, InvalidInput } from '../../domain/errors.ts';
import { problemsOfBranding } from '../../domain/oauth/branding-rules.ts';
import type { Branding, BrandingChange, HostedLogin, HostedLoginChange } from '../../domain/oauth/hosted-login.ts';
import type { Logo } from '../../domain/oauth/logo.ts';
import { logoTypeOf, notALogo } from '../../domain/oauth/logo.ts';
import type { Clock, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { requireEnvironment } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';

interface Needs {
  store: Pick<Store, 'environment' | 'hostedLogin' | 'transact'>;
  clock: Clock;
  random: Random;
  /** The `iss` of tokens and of answers to applications. */
  issuer: string;
  audit: Audit;
}

/** The service that `createHostedLogin` creates. */
export type HostedLoginService = ReturnType<typeof createHostedLogin>;

/** The settings as an operator reads them. */
export interface ReadHostedLogin extends HostedLogin {
  issuer: string;
}

/** What everybody sees of the branding. */
export interface PublicBranding extends Branding {
  name: string;
}

/** What to change. The picture of a logo is given as its bytes. */
export interface UpdateHostedLogin {
  active?: boolean;
  branding?: Omit<BrandingChange, 'logo'> & { logo?: Uint8Array | null };
}

/** Errors of each use case. */
export const hostedLoginErrors = {
  setActive: [],
  update: ['INVALID_INPUT', 'NOTHING_TO_UPDATE'],
  requireActive: ['NOT_FOUND'],
} as const;

/** Creates the service of the settings of hosted login. Only the environment token changes them. */
export function createHostedLogin({ store, clock, random, issuer, audit }: Needs) {
  const current = async (): Promise<HostedLogin> => (await store.hostedLogin.find()) ?? fail('INTERNAL', 'the settings of hosted login are missing');

  /** Returns the logo of these bytes with a new id. The one that is in force is kept if they are the same, so that browsers load it once. */
  const logoOf = async (bytes: Uint8Array, { branding }: HostedLogin): Promise<Logo> => {
    const type = logoTypeOf(bytes);
    if (type === null) throw new InvalidInput([{ path: ['branding', 'logo'], message: notALogo }]);
    const known = branding.logo === null ? null : await store.hostedLogin.findLogo(branding.logo.id);
    const isSame = known !== null && known.bytes.length === bytes.length && known.bytes.every((byte, place) => byte === bytes[place]);
    return isSame ? known : { id: random.uuid(), type, bytes };
  };

  /** Changes what differs. A change that changes nothing leaves no event, so that a pipeline may repeat it. */
  const put = (caller: Caller, { active, branding: { logo: picture, ...texts } = {} }: UpdateHostedLogin): Promise<HostedLogin> =>
    store.transact('SETTINGS', async () => {
      const before = await current();
      const logo = picture === undefined || picture === null ? picture : await logoOf(picture, before);
      const given: BrandingChange = { ...texts, ...(logo === undefined ? {} : { logo }) };
      const isNew = ([name, value]: [string, unknown]): boolean => {
        const old = before.branding[name as keyof Branding];
        return name === 'logo' ? (value as Logo | null)?.id !== (old as Branding['logo'])?.id : value !== undefined && value !== old;
      };
      const branding: BrandingChange = Object.fromEntries(Object.entries(given).filter(isNew));
      const change: HostedLoginChange = { branding, ...(active === undefined || active === before.active ? {} : { active }) };
      const changed = [...(change.active === undefined ? [] : [change.active ? 'on' : 'off']), ...Object.keys(branding)];
      if (changed.length === 0) return before;
      const after = (await store.hostedLogin.update(change, clock.now())) ?? (await current());
      await audit('HOSTED_LOGIN_UPDATED', caller, { reason: changed.join(' ') });
      return after;
    });

  /** Refuses whatever belongs to hosted login while it is switched off, as if it were not there. Errors: `NOT_FOUND`. */
  const requireActive = async (): Promise<void> => {
    if (!(await current()).active) fail('NOT_FOUND');
  };

  return {
    /** Returns the settings in force. */
    current,
    requireActive,

    useCases: {
      ...useCases(audit, 'REQUEST_REFUSED', hostedLoginErrors, {
        /** Refuses everybody while hosted login is switched off, as if it were not there. */
        requireActive: (_caller: Caller): Promise<void> => requireActive(),

        /** Switches hosted login on or off. */
        async setActive(caller: Caller, { active }: { active: boolean }): Promise<HostedLogin> {
          requireEnvironment(caller.actor);
          return put(caller, { active });
        },

        /** Changes the given settings and keeps the others. */
        async update(caller: Caller, { change }: { change: UpdateHostedLogin }): Promise<ReadHostedLogin> {
          requireEnvironment(caller.actor);
          const { logo: _, ...texts } = change.branding ?? {};
          if (change.active === undefined && Object.keys(change.branding ?? {}).length === 0) fail('NOTHING_TO_UPDATE');
          const problems = problemsOfBranding(texts);
          if (problems.length > 0) throw new InvalidInput(problems.map(({ field, message }) => ({ path: ['branding', field], message })));
          return { ...(await put(caller, change)), issuer };
        },
      }),

      ...reads(audit, {
        /** Returns the settings. */
        async read({ actor }: Caller): Promise<ReadHostedLogin> {
          requireEnvironment(actor);
          return { ...(await current()), issuer };
        },

        /** Tells whether hosted login is switched on. Anybody may know, because the pages are there or not. */
        async isActive(_caller: Caller): Promise<boolean> {
          return (await current()).active;
        },

        /** Returns the branding. Anybody may read it, because it is shown to people before they sign in. */
        async publicBranding(_caller: Caller): Promise<PublicBranding> {
          const { branding } = await current();
          return { ...branding, name: branding.name ?? (await store.environment.find())?.name ?? '' };
        },

        /** Returns the logo if it is the one with this id. Anybody may read it. */
        async logo(_caller: Caller, { id }: { id: string }): Promise<Logo | null> {
          return store.hostedLogin.findLogo(id);
        },
      }),
    },
  };
}
