import { z } from 'zod';
import type { TenantChange, TenantDetailName, TenantDetails, Tenant as TenantRecord } from '../../domain/directory/tenant.ts';
import {
  accountSettingNames,
  jsonText,
  maxTenantDetailCharacters,
  maxTenantIdCharacters,
  maxTenantMetadataBytes,
  maxTenantNameCharacters,
  tenantDetailNames,
} from '../../domain/directory/tenant.ts';
import { tenantRemovalErrors } from '../../services/directory/tenant-removal.ts';
import { tenantErrors } from '../../services/directory/tenants.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { flag, json, name, storable, tenantId, text } from '../builder/input-rules.ts';
import { globalId, restIdOf } from '../builder/node-ids.ts';
import { Tenant } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';
import { detailFields } from './tenant-details.ts';

/** Most keys that one mutation removes. */
const maxRemovedKeys = 100;

const detail = text(maxTenantDetailCharacters);
const metadata = json(maxTenantMetadataBytes);
const tenantIdDescription = 'The global id or `restId` of the tenant.';
const nameDescription = `The name, 1 to ${maxTenantNameCharacters} characters.`;
const metadataDescription = `What the operator keeps with the tenant, at most ${maxTenantMetadataBytes} bytes as JSON.`;
const detailBound = `At most ${maxTenantDetailCharacters} characters.`;

const changed = (typename: string, description: string) =>
  builder.objectRef<{ tenant: TenantRecord }>(typename).implement({
    description,
    fields: (t) => ({ tenant: t.expose('tenant', { type: Tenant, description: 'The tenant after the change.' }) }),
  });

const CreateTenantInput = builder.inputType('CreateTenantInput', {
  description: 'The tenant to create. Null is refused for every field; leave out what is not needed.',
  validate: z.looseObject({
    ...{ name: name(maxTenantNameCharacters), tenantId: text(maxTenantIdCharacters).optional() },
    ...{ metadata: metadata.optional(), reseller: flag.optional(), ...detailFields(() => detail.optional()) },
  }),
  fields: (t) => ({
    name: t.string({ description: nameDescription }),
    tenantId: t.string({
      required: false,
      description: `An id of your choice: 1 to ${maxTenantIdCharacters} letters, digits, \`.\`, \`_\`, \`:\` or \`-\`, starting with a letter or digit. If absent, an id is generated.`,
    }),
    metadata: t.field({ type: 'JSONObject', required: false, description: `${metadataDescription} If absent, it is empty.` }),
    reseller: t.boolean({ required: false, description: 'Whether the tenant is a reseller. It has no effect. If absent, it is false.' }),
    ...detailFields((_name, description) => t.string({ required: false, description: `${description} ${detailBound}` })),
  }),
});

const UpdateTenantInput = builder.inputType('UpdateTenantInput', {
  description:
    'The tenant and the fields to change, at least one. Absent fields keep their value. Null removes a detail, and is refused for `name`, `metadata` and `reseller`.',
  validate: z.looseObject({
    ...{ tenantId, name: name(maxTenantNameCharacters).optional() },
    ...{ metadata: metadata.optional(), reseller: flag.optional(), ...detailFields(() => detail.nullish()) },
  }),
  fields: (t) => ({
    tenantId: t.id({ description: tenantIdDescription }),
    name: t.string({ required: false, description: nameDescription }),
    metadata: t.field({
      type: 'JSONObject',
      required: false,
      description: `${metadataDescription} It replaces all that is kept; \`setTenantMetadata\` changes single keys.`,
    }),
    reseller: t.boolean({ required: false, description: 'Whether the tenant is a reseller. It has no effect.' }),
    ...detailFields((_name, description) => t.string({ required: false, description: `${description} ${detailBound} Null removes it.` })),
  }),
});

const SetTenantMetadataInput = builder.inputType('SetTenantMetadataInput', {
  description: 'The tenant, and the keys of its metadata to set or to remove. Other keys stay. Null is refused.',
  validate: z.looseObject({
    ...{ tenantId, metadata: metadata.optional() },
    removeKeys: z.array(storable, { error: 'must not be null' }).max(maxRemovedKeys, `must have at most ${maxRemovedKeys} keys`).optional(),
  }),
  fields: (t) => ({
    tenantId: t.id({ description: tenantIdDescription }),
    metadata: t.field({ type: 'JSONObject', required: false, description: 'Keys to set, each with its value. If absent, none is set.' }),
    removeKeys: t.stringList({
      required: false,
      description: `Keys to remove, at most ${maxRemovedKeys}. Those that are not there change nothing. If absent, none is removed.`,
    }),
  }),
});

const DeleteTenantInput = builder.inputType('DeleteTenantInput', {
  description: 'The tenant to delete.',
  validate: z.looseObject({ tenantId }),
  fields: (t) => ({ tenantId: t.id({ description: tenantIdDescription }) }),
});

const CreateTenantSuccess = changed('CreateTenantSuccess', 'The tenant was created.');
const UpdateTenantSuccess = changed('UpdateTenantSuccess', 'The tenant was changed.');
const SetTenantMetadataSuccess = changed('SetTenantMetadataSuccess', 'The metadata of the tenant was changed.');
const DeleteTenantSuccess = builder.objectRef<{ tenant: TenantRecord }>('DeleteTenantSuccess').implement({
  description: 'The tenant was deleted. Users who were in no other tenant are deleted as well.',
  fields: (t) => ({
    deletedTenantId: t.id({ description: 'The global id that the tenant had.', resolve: ({ tenant }) => globalId('Tenant', tenant.id) }),
  }),
});

type GivenFields = { [Name in TenantDetailName]?: string | null | undefined } & {
  name?: string | null | undefined;
  reseller?: boolean | null | undefined;
  metadata?: object | null | undefined;
};

/** Takes the fields that were given, because an absent field must not become a change. */
const presentFields = (fields: GivenFields): TenantChange => ({
  ...(fields.name == null ? {} : { name: fields.name }),
  ...(fields.reseller == null ? {} : { isReseller: fields.reseller }),
  // The rules of the input have written it as JSON once, so it can be written.
  ...(fields.metadata == null ? {} : { metadata: jsonText(fields.metadata) ?? '{}' }),
  ...(Object.fromEntries(tenantDetailNames.flatMap((each) => (fields[each] === undefined ? [] : [[each, fields[each]]]))) as Partial<TenantDetails>),
});

builder.mutationFields((t) => ({
  createTenant: t.field({
    type: CreateTenantSuccess,
    description: 'Creates a tenant. Requires the environment token.',
    access: 'environment',
    errors: resultUnion('createTenant', tenantErrors.create),
    args: { input: t.arg({ type: CreateTenantInput, description: 'The tenant to create.' }) },
    resolve: async (_root, { input: { tenantId: id, ...input } }, context) => ({
      tenant: await context.services.tenants.create(await callerOf(context), { ...presentFields(input), id: id ?? null, name: input.name }),
    }),
  }),
  updateTenant: t.field({
    type: UpdateTenantSuccess,
    description: `Changes fields of a tenant. Requires the environment token, or for the current tenant a user whose roles include \`fe.secure.write.accountSettings\`. A user may change only ${new Intl.ListFormat('en').format(accountSettingNames.map((each) => `\`${each}\``))}.`,
    access: 'writeAccountSettings',
    errors: resultUnion('updateTenant', tenantErrors.update),
    args: { input: t.arg({ type: UpdateTenantInput, description: 'The fields to change.' }) },
    resolve: async (_root, { input: { tenantId: id, ...fields } }, context) => ({
      tenant: await context.services.tenants.update(await callerOf(context), { named: restIdOf('Tenant', id), fields: presentFields(fields) }),
    }),
  }),
  setTenantMetadata: t.field({
    type: SetTenantMetadataSuccess,
    description:
      'Sets and removes keys of the metadata of a tenant. Metadata that is no object is replaced by one when a key is set. Requires the environment token.',
    access: 'environment',
    errors: resultUnion('setTenantMetadata', tenantErrors.changeMetadata),
    args: { input: t.arg({ type: SetTenantMetadataInput, description: 'The keys to set or to remove.' }) },
    resolve: async (_root, { input: { tenantId: id, metadata: set, removeKeys } }, context) => ({
      tenant: await context.services.tenants.changeMetadata(await callerOf(context), {
        ...{ named: restIdOf('Tenant', id), set: { ...set }, remove: removeKeys ?? [] },
      }),
    }),
  }),
  deleteTenant: t.field({
    type: DeleteTenantSuccess,
    description:
      'Deletes a tenant with its memberships, roles, policies and settings, and ends the sessions in it. Users who are in no other tenant are deleted. Requires the environment token, or for the current tenant a user whose roles include `fe.account-settings.delete.account`, who needs a recent second factor.',
    access: 'deleteAccount',
    errors: resultUnion('deleteTenant', tenantRemovalErrors.remove, 'INVALID_INPUT'),
    args: { input: t.arg({ type: DeleteTenantInput, description: 'The tenant to delete.' }) },
    resolve: async (_root, { input }, context) => ({
      tenant: await context.services.tenantRemoval.remove(await callerOf(context), { named: restIdOf('Tenant', input.tenantId) }),
    }),
  }),
}));
