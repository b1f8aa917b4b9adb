import { z } from 'zod';
import type { TenantChange, TenantDetailName, TenantDetails } from '../../domain/directory/tenant.ts';
import {
  isTenantId,
  jsonText,
  maxTenantDetailCharacters,
  maxTenantIdCharacters,
  maxTenantNameCharacters,
  tenantDetailNames,
} from '../../domain/directory/tenant.ts';
import { nameText, optionalFlag, storable, text, textOf } from '../validation.ts';

/** The id of a tenant in a path, on operations that refuse what cannot be one. */
export const tenantIdText = () =>
  textOf(text(), isTenantId, `must be 1 to ${maxTenantIdCharacters} letters, digits, dots, colons, hyphens or underscores`);

/** The required name of a tenant. */
export const tenantName = () =>
  textOf(nameText(), (name) => name.length <= maxTenantNameCharacters, `must have at most ${maxTenantNameCharacters} characters`);

const detail = () =>
  textOf(storable(), (value) => value.length <= maxTenantDetailCharacters, `must have at most ${maxTenantDetailCharacters} characters`).nullish();

/** The named details of a tenant, each of which may be absent. */
export const optionalDetails = <Name extends TenantDetailName>(names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, detail()])) as Record<Name, ReturnType<typeof detail>>;

/** Fields of a tenant that may be absent, without the metadata. */
export const optionalTenantFields = { ...optionalDetails(tenantDetailNames), isReseller: optionalFlag() };

/** Metadata of any JSON value, or as the text of one. Null counts as absent. It is read as JSON text. */
export const optionalMetadata = () =>
  z
    .unknown()
    .refine((value) => typeof value === 'string' || value == null || jsonText(value) !== null, { params: { must: 'must not be nested so deeply' } })
    .transform((value) => (typeof value === 'string' ? value : value == null ? null : jsonText(value)))
    .optional()
    .describe('Any JSON value, or the text of one.');

/** The same, if it must not be absent. */
export const requiredMetadata = () =>
  optionalMetadata()
    .refine((text) => text != null, { params: { missing: true } })
    .transform((text) => text ?? '')
    .describe('A JSON object, or the text of one.');

/** Returns the details that a body gives. Null counts as absent, and an empty text removes the detail. */
export const detailsIn = (body: { [Name in TenantDetailName]?: string | null | undefined }): Partial<TenantDetails> =>
  Object.fromEntries(tenantDetailNames.flatMap((name) => (body[name] == null ? [] : [[name, body[name] || null]])));

/** Returns the changes that a body gives. */
export const changeIn = (
  body: { [Name in TenantDetailName]?: string | null | undefined } & {
    name?: string | null | undefined;
    isReseller?: boolean | null | undefined;
    metadata?: string | null | undefined;
  },
): TenantChange => ({
  ...(body.name == null ? {} : { name: body.name }),
  ...(body.isReseller == null ? {} : { isReseller: body.isReseller }),
  ...(body.metadata == null ? {} : { metadata: body.metadata }),
  ...detailsIn(body),
});
