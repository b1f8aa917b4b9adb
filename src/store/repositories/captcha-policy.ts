import type { CaptchaPolicyRepository } from '../../domain/environment/captcha-policy.ts';
import { only } from '../tables/environment.ts';
import type { Access } from './context.ts';

/** Makes the repository of the captcha policy. */
export function captchaPolicyRepository({ engine, tables: { captchaPolicies: t } }: Access): CaptchaPolicyRepository {
  return {
    async find() {
      const [row] = await engine.read((db) => db.select().from(t));
      if (row === undefined) return null;
      const { slot: _, ...policy } = row;
      return policy;
    },
    async create(policy) {
      const created = await engine.run((db) =>
        db
          .insert(t)
          .values({ ...policy, slot: only.captchaPolicy })
          .onConflictDoNothing()
          .returning({ slot: t.slot }),
      );
      return created.length === 1;
    },
    async replace(policy) {
      const replaced = await engine.run((db) => db.update(t).set(policy).returning({ slot: t.slot }));
      return replaced.length === 1;
    },
  };
}
