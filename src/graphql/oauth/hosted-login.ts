import { z } from 'zod';
import { maxBrandNameBytes, maxBrandUrlCharacters } from '../../domain/oauth/branding-rules.ts';
import { logoPath, maxLogoBytes, notALogo } from '../../domain/oauth/logo.ts';
import type { ReadHostedLogin, UpdateHostedLogin } from '../../services/oauth/hosted-login.ts';
import { hostedLoginErrors } from '../../services/oauth/hosted-login.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { flag, storable } from '../builder/input-rules.ts';
import { resultUnion } from '../errors/placement.ts';

const texts = {
  active: 'Whether hosted login is active: whether applications can send people to the sign-in pages of this server.',
  name: 'The name of the application that people sign in to.',
  primaryColor: 'The color of buttons and links, as `#` and six hexadecimal digits.',
  supportUrl: 'Where people get help.',
  privacyUrl: 'The privacy policy.',
  termsUrl: 'The terms of service.',
};

const HostedLoginBranding = builder.objectRef<ReadHostedLogin>('HostedLoginBranding').implement({
  description: 'How the sign-in pages look, and where they link to. What is null is not shown.',
  fields: (t) => ({
    name: t.string({
      nullable: true,
      description: `${texts.name} Null for the name of the environment.`,
      resolve: ({ branding }) => branding.name,
    }),
    logoUrl: t.string({
      nullable: true,
      description: 'The URL of the logo on this server. Another logo has another URL.',
      resolve: ({ branding: { logo }, issuer }) => (logo === null ? null : `${issuer}${logoPath(logo)}`),
    }),
    primaryColor: t.string({ nullable: true, description: texts.primaryColor, resolve: ({ branding }) => branding.primaryColor }),
    supportUrl: t.string({ nullable: true, description: texts.supportUrl, resolve: ({ branding }) => branding.supportUrl }),
    privacyUrl: t.string({ nullable: true, description: texts.privacyUrl, resolve: ({ branding }) => branding.privacyUrl }),
    termsUrl: t.string({ nullable: true, description: texts.termsUrl, resolve: ({ branding }) => branding.termsUrl }),
  }),
});

const HostedLogin = builder.objectRef<ReadHostedLogin>('HostedLogin').implement({
  description: 'The settings of hosted login: people sign in on pages of this server, and applications get tokens by OAuth 2 and OpenID Connect.',
  fields: (t) => ({
    active: t.exposeBoolean('active', { description: texts.active }),
    issuer: t.exposeString('issuer', {
      description: 'The issuer that applications are configured with. It is the setting `PUBLIC_URL`, and the `iss` of all tokens.',
    }),
    branding: t.field({ type: HostedLoginBranding, description: 'How the sign-in pages look.', resolve: (settings) => settings }),
  }),
});

/** Most characters of a data URI with the largest picture in it. */
const maxDataUriCharacters = Math.ceil(maxLogoBytes / 3) * 4 + 200;
const base64Of = /^data:[\w/+.;=-]{0,100};base64,([A-Za-z0-9+/]+={0,2})$/;
const picture = storable.refine((uri) => uri.length <= maxDataUriCharacters && base64Of.test(uri), notALogo);
const bytesIn = (uri: string): Uint8Array => Buffer.from(base64Of.exec(uri)?.[1] ?? '', 'base64');

const HostedLoginBrandingInput = builder.inputType('HostedLoginBrandingInput', {
  description: 'The branding to change. Absent fields keep their value, and null takes it away.',
  validate: z.looseObject({
    name: storable.nullish(),
    logo: picture.nullish(),
    primaryColor: storable.nullish(),
    supportUrl: storable.nullish(),
    privacyUrl: storable.nullish(),
    termsUrl: storable.nullish(),
  }),
  fields: (t) => ({
    name: t.string({
      required: false,
      description: `${texts.name} At most ${maxBrandNameBytes} bytes in UTF-8. Null for the name of the environment.`,
    }),
    logo: t.field({
      type: 'DataUri',
      required: false,
      description: `The logo: a PNG, JPEG or WebP picture of at most ${maxLogoBytes / 1000} kB. The bytes decide what it is, and not the type that the URI names.`,
    }),
    primaryColor: t.string({
      required: false,
      description: `${texts.primaryColor} White text stands on it, so the contrast with white has to be at least 4.5 (WCAG 2.2).`,
    }),
    supportUrl: t.string({
      required: false,
      description: `${texts.supportUrl} It begins with \`https://\` and has at most ${maxBrandUrlCharacters} characters.`,
    }),
    privacyUrl: t.string({
      required: false,
      description: `${texts.privacyUrl} It begins with \`https://\` and has at most ${maxBrandUrlCharacters} characters.`,
    }),
    termsUrl: t.string({
      required: false,
      description: `${texts.termsUrl} It begins with \`https://\` and has at most ${maxBrandUrlCharacters} characters.`,
    }),
  }),
});

const UpdateHostedLoginInput = builder.inputType('UpdateHostedLoginInput', {
  description: 'The settings to change, at least one. Absent settings are unchanged. Null is refused.',
  validate: z.looseObject({ active: flag.optional(), branding: z.object({}, { error: 'must not be null' }).loose().optional() }),
  fields: (t) => ({
    active: t.boolean({ required: false, description: `${texts.active} If absent, it is unchanged.` }),
    branding: t.field({ type: HostedLoginBrandingInput, required: false, description: 'How the sign-in pages look. If absent, it is unchanged.' }),
  }),
});

const UpdateHostedLoginSuccess = builder.objectRef<{ hostedLogin: ReadHostedLogin }>('UpdateHostedLoginSuccess').implement({
  description: 'The settings are as they were given.',
  fields: (t) => ({ hostedLogin: t.expose('hostedLogin', { type: HostedLogin, description: 'All settings after the change.' }) }),
});

builder.queryField('hostedLogin', (t) =>
  t.field({
    type: HostedLogin,
    description: 'The settings of hosted login. Requires the environment token.',
    access: 'environment',
    resolve: async (_root, _args, context) => context.services.hostedLogin.read(await callerOf(context)),
  }),
);

builder.mutationField('updateHostedLogin', (t) =>
  t.field({
    type: UpdateHostedLoginSuccess,
    description: 'Switches hosted login on or off, and changes how its pages look. Requires the environment token.',
    access: 'environment',
    errors: resultUnion('updateHostedLogin', hostedLoginErrors.update),
    args: { input: t.arg({ type: UpdateHostedLoginInput, description: 'The settings to change.' }) },
    resolve: async (_root, { input: { active, branding } }, context) => {
      const { logo, ...given } = branding ?? {};
      const changed = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
      const picked = logo == null ? logo : bytesIn(logo);
      const change: UpdateHostedLogin = {
        ...(active == null ? {} : { active }),
        ...(branding == null ? {} : { branding: { ...changed, ...(picked === undefined ? {} : { logo: picked }) } }),
      };
      return { hostedLogin: await context.services.hostedLogin.update(await callerOf(context), { change }) };
    },
  }),
);
