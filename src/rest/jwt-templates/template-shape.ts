import { z } from 'zod';
import type { JwtTemplate } from '../../domain/session/jwt-template.ts';
import { jwtTemplateBounds } from '../../domain/session/jwt-template.ts';
import { nameText, storable, supportedValues, textOf } from '../validation.ts';

const { keyCharacters, nameCharacters, descriptionCharacters, minLifetimeSeconds, maxLifetimeSeconds } = jwtTemplateBounds;

/** The fields of a template. A change may leave any of them out. */
export const templateFields = {
  key: textOf(storable().min(1), (key) => key.length <= keyCharacters, `must have at most ${keyCharacters} characters`),
  name: textOf(nameText(), (name) => name.length <= nameCharacters, `must have at most ${nameCharacters} characters`),
  description: textOf(storable(), (text) => text.length <= descriptionCharacters, `must have at most ${descriptionCharacters} characters`).nullish(),
  expiration: z.int().min(minLifetimeSeconds).max(maxLifetimeSeconds).describe('How many seconds a token lives. It never outlives its session.'),
  algorithm: supportedValues('algorithm', 'RS256'),
  templateSchema: z.object({ claims: z.record(z.string(), z.string()) }).describe('The claims by their names.'),
};

/** A template as a client reads it. */
export const templateShape = z
  .object({
    id: z.string(),
    vendorId: z.string(),
    key: z.string(),
    name: z.string(),
    description: z.string(),
    expiration: z.int(),
    algorithm: z.string(),
    templateSchema: z.object({ claims: z.record(z.string(), z.string()) }),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'JwtTemplate', description: 'A template of tokens.' });

/** Encodes a template. */
export const encodeTemplate = (template: JwtTemplate, vendorId: string): z.input<typeof templateShape> => ({
  id: template.id,
  vendorId,
  key: template.key,
  name: template.name,
  description: template.description ?? '',
  expiration: template.lifetimeSeconds,
  algorithm: 'RS256',
  templateSchema: { claims: { ...template.claims } },
  createdAt: template.createdAt.toISOString(),
  updatedAt: template.updatedAt.toISOString(),
});
