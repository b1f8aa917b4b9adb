import type { Caller } from '../../domain/access/actor.ts';
import { fail, InvalidInput } from '../../domain/errors.ts';
import type { Clock, Random } from '../../domain/ports.ts';
import type { JwtTargeting, TargetingRule } from '../../domain/session/jwt-targeting.ts';
import { targetingBounds } from '../../domain/session/jwt-targeting.ts';
import type { JwtTemplate, JwtTemplateFields } from '../../domain/session/jwt-template.ts';
import { jwtTemplateBounds, problemOfClaims } from '../../domain/session/jwt-template.ts';
import type { Store } from '../../domain/store.ts';
import { utf8Length } from '../../domain/text.ts';
import { requireEnvironment } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';

interface Needs {
  store: Pick<Store, 'environment' | 'jwtTemplates' | 'transact'>;
  clock: Clock;
  random: Random;
  audit: Audit;
}

/** Errors of each use case. */
export const jwtTemplateErrors = {
  create: ['INVALID_INPUT', 'JWT_TEMPLATE_EXISTS', 'JWT_TEMPLATE_LIMIT_REACHED'],
  update: ['INVALID_INPUT', 'JWT_TEMPLATE_NOT_FOUND', 'JWT_TEMPLATE_EXISTS'],
  remove: ['JWT_TEMPLATE_NOT_FOUND', 'JWT_TEMPLATE_IN_USE'],
  createTargeting: ['INVALID_INPUT', 'JWT_TARGETING_EXISTS'],
  setTargeting: ['INVALID_INPUT', 'JWT_TARGETING_NOT_FOUND'],
  removeTargeting: ['JWT_TARGETING_NOT_FOUND'],
  find: ['JWT_TEMPLATE_NOT_FOUND'],
  existingTargeting: ['JWT_TARGETING_NOT_FOUND'],
} as const;

const refuseClaims = (claims: JwtTemplate['claims']): void => {
  const problem = problemOfClaims(claims);
  if (problem !== null) throw new InvalidInput([{ path: ['claims'], message: `claims ${problem}` }]);
};

const named = ({ id, key }: JwtTemplate, { treatment }: TargetingRule): boolean => treatment === id || treatment === key;

/** Creates the service of the templates of tokens, and of the rules that say which token is made by which of them. */
export function createJwtTemplates({ store, clock, random, audit }: Needs) {
  const current = async () => (await store.environment.find()) ?? fail('INTERNAL', 'the environment row is missing');
  const findById = async (id: string): Promise<JwtTemplate> => {
    const template = await store.jwtTemplates.find(id);
    return template?.id === id ? template : fail('JWT_TEMPLATE_NOT_FOUND');
  };

  /** Refuses rules that are too many or name a template that does not exist. Runs in the transaction that stores them. Errors: `INVALID_INPUT`. */
  const refuseRules = async (rules: readonly TargetingRule[]): Promise<void> => {
    const templates = await store.jwtTemplates.list();
    const refuse = (message: string): never => {
      throw new InvalidInput([{ path: ['rules'], message }]);
    };
    if (utf8Length(JSON.stringify(rules)) > targetingBounds.bytes) refuse(`rules must have at most ${targetingBounds.bytes} bytes as JSON`);
    const isKnown = (rule: TargetingRule): boolean => templates.some((template) => named(template, rule));
    if (!rules.every(isKnown)) refuse('treatment must be the id or the key of a JWT template');
  };

  const keepRules = async (caller: Caller, rules: readonly TargetingRule[], before: JwtTargeting | null): Promise<JwtTargeting> => {
    await refuseRules(rules);
    const now = clock.now().toISOString();
    const targeting = { id: before?.id ?? random.uuid(), rules, createdAt: before?.createdAt ?? now, updatedAt: now };
    await store.environment.setJwtTargeting(targeting, clock.now());
    await audit('JWT_TARGETING_CHANGED', caller, { reason: before === null ? 'created' : 'updated' });
    return targeting;
  };

  /** Returns the rules, which have to exist and, if an id is given, to have it. Errors: `JWT_TARGETING_NOT_FOUND`. */
  const existing = async (id: string | null): Promise<JwtTargeting> => {
    const { jwtTargeting } = await current();
    return jwtTargeting !== null && (id === null || jwtTargeting.id === id) ? jwtTargeting : fail('JWT_TARGETING_NOT_FOUND');
  };

  return {
    ...useCases(audit, 'REQUEST_REFUSED', jwtTemplateErrors, {
      /** Creates a template. */
      async create(caller: Caller, fields: JwtTemplateFields): Promise<JwtTemplate> {
        requireEnvironment(caller.actor);
        refuseClaims(fields.claims);
        return store.transact('SETTINGS', async () => {
          if ((await store.jwtTemplates.list()).length >= jwtTemplateBounds.templates) fail('JWT_TEMPLATE_LIMIT_REACHED');
          const now = clock.now();
          const template = { ...fields, id: random.uuid(), createdAt: now, updatedAt: now };
          if (!(await store.jwtTemplates.add(template))) fail('JWT_TEMPLATE_EXISTS');
          await audit('JWT_TEMPLATE_CHANGED', caller, { reason: `created ${template.id}` });
          return template;
        });
      },

      /** Changes the given fields and keeps the others. A key that rules name cannot change, because they would lose their template. */
      async update(caller: Caller, { id, change }: { id: string; change: Partial<JwtTemplateFields> }): Promise<JwtTemplate> {
        requireEnvironment(caller.actor);
        if (change.claims !== undefined) refuseClaims(change.claims);
        return store.transact('SETTINGS', async () => {
          const before = await findById(id);
          const { jwtTargeting } = await current();
          const isNamed = jwtTargeting?.rules.some(({ treatment }) => treatment === before.key) === true;
          if (change.key !== undefined && change.key !== before.key && isNamed) {
            throw new InvalidInput([{ path: ['key'], message: 'key must stay the same while a rule names it' }]);
          }
          if ((await store.jwtTemplates.list()).some((other) => other.id !== id && other.key === change.key)) fail('JWT_TEMPLATE_EXISTS');
          const updated = await store.jwtTemplates.update(id, change, clock.now());
          await audit('JWT_TEMPLATE_CHANGED', caller, { reason: `updated ${id}` });
          return updated ?? fail('JWT_TEMPLATE_NOT_FOUND');
        });
      },

      /** Removes a template that no rule names. */
      async remove(caller: Caller, { id }: { id: string }): Promise<void> {
        requireEnvironment(caller.actor);
        await store.transact('SETTINGS', async () => {
          const template = await findById(id);
          if ((await current()).jwtTargeting?.rules.some((rule) => named(template, rule))) fail('JWT_TEMPLATE_IN_USE');
          await store.jwtTemplates.remove(id);
          await audit('JWT_TEMPLATE_CHANGED', caller, { reason: `deleted ${id}` });
        });
      },

      /** Stores the rules where there are none yet. */
      async createTargeting(caller: Caller, { rules }: { rules: readonly TargetingRule[] }): Promise<JwtTargeting> {
        requireEnvironment(caller.actor);
        return store.transact('SETTINGS', async () => {
          if ((await current()).jwtTargeting !== null) fail('JWT_TARGETING_EXISTS');
          return keepRules(caller, rules, null);
        });
      },

      /** Replaces the rules. With an id they have to exist and to have it, and without one they are created where there are none. */
      async setTargeting(caller: Caller, { id, rules }: { id: string | null; rules: readonly TargetingRule[] }): Promise<JwtTargeting> {
        requireEnvironment(caller.actor);
        return store.transact('SETTINGS', async () => keepRules(caller, rules, id === null ? (await current()).jwtTargeting : await existing(id)));
      },

      /** Removes the rules. Every token is then a standard one. */
      async removeTargeting(caller: Caller, { id }: { id: string | null }): Promise<void> {
        requireEnvironment(caller.actor);
        await store.transact('SETTINGS', async () => {
          await existing(id);
          await store.environment.setJwtTargeting(null, clock.now());
          await audit('JWT_TARGETING_CHANGED', caller, { reason: 'deleted' });
        });
      },

      /** Returns a template by its id. Errors: `JWT_TEMPLATE_NOT_FOUND`. */
      async find({ actor }: Caller, { id }: { id: string }): Promise<JwtTemplate> {
        requireEnvironment(actor);
        return findById(id);
      },

      /** Returns the rules. Errors: `JWT_TARGETING_NOT_FOUND` if there are none. */
      async existingTargeting({ actor }: Caller): Promise<JwtTargeting> {
        requireEnvironment(actor);
        return existing(null);
      },
    }),

    ...reads(audit, {
      /** Returns all templates, oldest first. */
      async list({ actor }: Caller): Promise<JwtTemplate[]> {
        requireEnvironment(actor);
        return store.jwtTemplates.list();
      },

      /** Returns the rules. Null if there are none. */
      async targeting({ actor }: Caller): Promise<JwtTargeting | null> {
        requireEnvironment(actor);
        return (await current()).jwtTargeting;
      },
    }),
  };
}
