import { z } from 'zod';
import type { PermissionCategory as CategoryRecord } from '../../domain/role/permission.ts';
import { maxDescriptionCharacters, maxKeyCharacters } from '../../domain/role/role.ts';
import { permissionCategoryErrors } from '../../services/role/permission-categories.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { id } from '../builder/input-rules.ts';
import { globalId, restIdOf } from '../builder/node-ids.ts';
import { PermissionCategory } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';
import { description, title } from './input-rules.ts';

const changed = (name: string, text: string) =>
  builder.objectRef<{ category: CategoryRecord }>(name).implement({
    description: text,
    fields: (t) => ({ category: t.expose('category', { type: PermissionCategory, description: 'The category after the change.' }) }),
  });

const categoryIdDescription = 'The global id or `restId` of the category.';

const CreatePermissionCategoryInput = builder.inputType('CreatePermissionCategoryInput', {
  description: 'The category to create.',
  validate: z.looseObject({ name: title, description: description.nullish() }),
  fields: (t) => ({
    name: t.string({ description: `The name, 1 to ${maxKeyCharacters} characters. No two categories have the same.` }),
    description: t.string({ required: false, description: `A description, at most ${maxDescriptionCharacters} characters. It may be null.` }),
  }),
});

const UpdatePermissionCategoryInput = builder.inputType('UpdatePermissionCategoryInput', {
  description: 'The category and the fields to change, at least one. Absent fields keep their value. Null is refused except for `description`.',
  validate: z.looseObject({ categoryId: id, name: title.optional(), description: description.nullish() }),
  fields: (t) => ({
    categoryId: t.id({ description: categoryIdDescription }),
    name: t.string({ required: false, description: `The name, 1 to ${maxKeyCharacters} characters. No two categories have the same.` }),
    description: t.string({ required: false, description: `A description, at most ${maxDescriptionCharacters} characters. Null removes it.` }),
  }),
});

const DeletePermissionCategoryInput = builder.inputType('DeletePermissionCategoryInput', {
  description: 'The category to delete.',
  validate: z.looseObject({ categoryId: id }),
  fields: (t) => ({ categoryId: t.id({ description: categoryIdDescription }) }),
});

const CreatePermissionCategorySuccess = changed('CreatePermissionCategorySuccess', 'The category was created.');
const UpdatePermissionCategorySuccess = changed('UpdatePermissionCategorySuccess', 'The category was changed.');
const DeletePermissionCategorySuccess = builder.objectRef<{ category: CategoryRecord }>('DeletePermissionCategorySuccess').implement({
  description: 'The category was deleted. Its permissions have none now.',
  fields: (t) => ({
    deletedCategoryId: t.id({
      description: 'The global id that the category had.',
      resolve: ({ category }) => globalId('PermissionCategory', category.id),
    }),
  }),
});

const who = 'Requires the environment token.';

builder.mutationFields((t) => ({
  createPermissionCategory: t.field({
    type: CreatePermissionCategorySuccess,
    description: `Creates a category of permissions. ${who}`,
    access: 'environment',
    errors: resultUnion('createPermissionCategory', permissionCategoryErrors.create, 'INVALID_INPUT'),
    args: { input: t.arg({ type: CreatePermissionCategoryInput, description: 'The category to create.' }) },
    resolve: async (_root, { input }, context) => ({
      category: await context.services.permissionCategories.create(await callerOf(context), {
        name: input.name,
        description: input.description ?? null,
      }),
    }),
  }),
  updatePermissionCategory: t.field({
    type: UpdatePermissionCategorySuccess,
    description: `Changes a category that is not built in. ${who}`,
    access: 'environment',
    errors: resultUnion('updatePermissionCategory', permissionCategoryErrors.update, 'INVALID_INPUT'),
    args: { input: t.arg({ type: UpdatePermissionCategoryInput, description: 'The fields to change.' }) },
    resolve: async (_root, { input }, context) => ({
      category: await context.services.permissionCategories.update(await callerOf(context), {
        id: restIdOf('PermissionCategory', input.categoryId),
        fields: {
          ...(input.name == null ? {} : { name: input.name }),
          ...(input.description === undefined ? {} : { description: input.description }),
        },
      }),
    }),
  }),
  deletePermissionCategory: t.field({
    type: DeletePermissionCategorySuccess,
    description: `Deletes a category that is not built in. Its permissions stay, without one. ${who}`,
    access: 'environment',
    errors: resultUnion('deletePermissionCategory', permissionCategoryErrors.remove, 'INVALID_INPUT'),
    args: { input: t.arg({ type: DeletePermissionCategoryInput, description: 'The category to delete.' }) },
    resolve: async (_root, { input }, context) => ({
      category: await context.services.permissionCategories.remove(await callerOf(context), { id: restIdOf('PermissionCategory', input.categoryId) }),
    }),
  }),
}));
