import type { EnrollStep } from '../../src/pages/parts/enroll-step.tsx';
import type { ProvenFactor } from '../../src/pages/parts/prove.tsx';
import type { Problem } from '../../src/pages/problem.ts';
import { qrPathOf } from '../../src/pages/qr-path.ts';
import { renderPage } from '../../src/pages/render.tsx';
import type { Frame, Notice, PageCaptcha, View } from '../../src/pages/view.ts';
import { addFactor } from '../../src/pages/views/account/add-factor.tsx';
import { removeFactor, renameFactor } from '../../src/pages/views/account/change-factor.tsx';
import { devices } from '../../src/pages/views/account/devices.tsx';
import { factors } from '../../src/pages/views/account/factors.tsx';
import { mailbox } from '../../src/pages/views/account/mailbox.tsx';
import { organization } from '../../src/pages/views/account/organization.tsx';
import { overview } from '../../src/pages/views/account/overview.tsx';
import { addPasskey, passkeys, removePasskey, renamePasskey } from '../../src/pages/views/account/passkeys.tsx';
import { changePassword, password } from '../../src/pages/views/account/password.tsx';
import { addPhone, confirmPhone, phones, removePhone } from '../../src/pages/views/account/phones.tsx';
import { profile } from '../../src/pages/views/account/profile.tsx';
import { newRecoveryCodes, recoveryCodes, shownRecoveryCodes } from '../../src/pages/views/account/recovery-codes.tsx';
import { endSession, sessions } from '../../src/pages/views/account/sessions.tsx';
import { activate } from '../../src/pages/views/activate.tsx';
import { done, returnToApp, signedOut } from '../../src/pages/views/endings.tsx';
import { enroll } from '../../src/pages/views/enroll.tsx';
import { errorPage } from '../../src/pages/views/error.tsx';
import { expiredLink } from '../../src/pages/views/expired-link.tsx';
import { forgotPassword } from '../../src/pages/views/forgot-password.tsx';
import { invitation } from '../../src/pages/views/invitation.tsx';
import { joinTenant } from '../../src/pages/views/join-tenant.tsx';
import { login } from '../../src/pages/views/login.tsx';
import { mfa } from '../../src/pages/views/mfa.tsx';
import { noLogin } from '../../src/pages/views/no-login.tsx';
import { recover } from '../../src/pages/views/recover.tsx';
import { recoveryCode } from '../../src/pages/views/recovery-code.tsx';
import { resetPassword } from '../../src/pages/views/reset-password.tsx';
import { signUp } from '../../src/pages/views/sign-up.tsx';
import { stepUp } from '../../src/pages/views/step-up.tsx';
import { tenant, tenantsWithoutSearch } from '../../src/pages/views/tenant.tsx';
import { unlock } from '../../src/pages/views/unlock.tsx';

/** A page with something on it, as a function of what the texts of its model are made into. */
export interface Sample {
  name: string;
  problem: Problem | null;
  notice: Notice | null;
  captcha: PageCaptcha | null;
  render(frame: Frame, change?: (text: string) => string): string;
}

/** Where the files of the pages are in a test without a server. */
export const plainFrame: Frame = {
  language: 'en',
  branding: {
    name: 'Acme',
    logoUrl: null,
    primaryColor: null,
    supportUrl: 'https://acme.example/help',
    privacyUrl: 'https://acme.example/privacy',
    termsUrl: null,
  },
  files: { style: '/style.css', script: '/script.js', brandStyle: null },
  captcha: null,
  problem: null,
  notice: null,
  minutesLeft: 42,
  leave: { action: 'https://login.acme.example/oauth/account/page?i=abcdefgh', token: 'a-form-token' },
};

/** What decides what a model means, and is therefore none of the texts of strangers. */
const fixed = new Set(['strategy', 'qrCode', 'way', 'sentWay']);

/** Changes every text of a model, whatever it is nested in. */
function changed<T>(value: T, change: (text: string) => string): T {
  if (typeof value === 'string') return change(value) as T;
  if (Array.isArray(value)) return value.map((one) => changed(one, change)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, fixed.has(name) ? one : changed(one, change)])) as T;
}

interface Shown {
  captcha?: PageCaptcha;
  problem?: Problem;
  notice?: Notice;
}

const sample = <Model>(name: string, view: View<Model>, model: Model, { problem, notice, captcha }: Shown = {}): Sample => ({
  name,
  problem: problem ?? null,
  notice: notice ?? null,
  captcha: captcha ?? null,
  render: (frame, change = (text) => text) =>
    renderPage(view, changed(model, change), {
      ...frame,
      branding: changed(frame.branding, change),
      captcha: captcha ?? null,
      problem: problem ?? null,
      notice: notice ?? null,
    }),
});

const form = { action: 'https://login.acme.example/oauth/account/page?i=abcdefgh', token: 'a-form-token' };
const app = { id: 'f1', strategy: 'AUTHENTICATOR_APP' } as const;
const others = [
  { strategy: 'SMS', detail: '•••• 23', href: '/oauth/account/mfa?i=abcdefgh&factor=f2' },
  { strategy: 'WEBAUTHN_CROSS_PLATFORM', detail: 'Blue key', href: '/oauth/account/mfa?i=abcdefgh&factor=f3' },
  { strategy: 'EMAIL_CODE', detail: null, href: '/oauth/account/mfa?i=abcdefgh&factor=EMAIL_CODE' },
] as const;
const options = { challenge: 'AAAA', rpId: 'acme.example', allowCredentials: [{ id: 'AAAA', type: 'public-key' }] };

const signIn = {
  form,
  app: 'Acme Cloud',
  email: '',
  forgotHref: '/forgot',
  loginHref: '/password',
  signUpHref: '/sign-up',
  way: 'code',
  sentWay: null,
  opened: false,
  passkey: options,
} as const;
const proof = (factor: ProvenFactor) => ({ form, factor, others, rememberDays: 7, recoverHref: '/recover' });
const step = (one: EnrollStep | null) => ({
  form,
  step: one,
  strategies: (['AUTHENTICATOR_APP', 'WEBAUTHN_PLATFORM', 'WEBAUTHN_CROSS_PLATFORM', 'SMS', 'EMAIL_CODE'] as const).map((strategy) => ({
    strategy,
    href: `/enroll?strategy=${strategy}`,
  })),
  chooseHref: '/enroll',
  rememberDays: 7,
});
const tenants = Array.from({ length: tenantsWithoutSearch + 2 }, (_, place) => ({ id: `t${place}`, name: `Tenant ${place}` }));
const otpauthUri = 'otpauth://totp/Acme:ada%40acme.example?secret=KVKFKRCPNZQUYMLXOVYDSQKJKZDTSRLD&issuer=Acme&algorithm=SHA1&digits=6&period=30';

const appStep: EnrollStep = {
  ...{ strategy: 'AUTHENTICATOR_APP', otpauthUri, qrCode: await qrPathOf(otpauthUri), secret: 'KVKFKRCPNZQUYMLXOVYDSQKJKZDTSRLD' },
};

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const person = {
  name: 'Ada Lovelace',
  email: 'ada@acme.example',
  organization: 'Acme',
  passkeys: 1,
  phones: 1,
  factors: 2,
  recoveryCodes: 9,
  devices: 1,
  sessions: 3,
  signOut: form,
};
const factor = {
  id: 'f1',
  strategy: 'AUTHENTICATOR_APP',
  name: 'Phone',
  phoneNumber: null,
  usedSecondsAgo: 90,
  renameHref: '/rename',
  removeHref: '/remove',
} as const;
const addable = (['AUTHENTICATOR_APP', 'WEBAUTHN_PLATFORM', 'WEBAUTHN_CROSS_PLATFORM', 'SMS'] as const).map((strategy) => ({
  strategy,
  href: `/add?strategy=${strategy}`,
}));
const device = { id: 'd1', userAgent: firefox, secondsAgo: 7_300, secondsLeft: 500_000, honored: true };
const session = {
  id: 's1',
  userAgent: firefox,
  address: '2001:db8::7',
  begunSecondsAgo: 200_000,
  usedSecondsAgo: 30,
  proven: true,
  current: false,
  form,
};
const codes = ['7K3QM-9TZ4X-B2HND-5RWVC-8FJP1', '5RWVC-8FJP1-7K3QM-9TZ4X-B2HND'];

/** The account page, part by part. */
const accountSamples: readonly Sample[] = [
  sample('account', overview, person),
  sample('account-empty', overview, {
    ...person,
    name: 'ada@acme.example',
    organization: null,
    passkeys: null,
    phones: null,
    factors: 0,
    recoveryCodes: 0,
    devices: 0,
    sessions: 1,
  }),
  sample('account-profile', profile, { form, name: 'Ada', email: 'ada@acme.example', organization: 'Acme' }, { notice: 'PROFILE_SAVED' }),
  sample(
    'account-profile-long',
    profile,
    { form, name: 'Ada', email: 'ada@acme.example', organization: 'Acme' },
    { problem: { code: 'NAME_LONG', field: 'name' } },
  ),
  sample('account-password', password, { form, email: 'ada@acme.example', changeHref: '/password/change' }),
  sample('account-password-change', changePassword, { form, email: 'ada@acme.example', minLength: 8 }),
  sample('account-factors', factors, {
    factors: [factor, { ...factor, id: 'f2', strategy: 'SMS', name: 'Text message', phoneNumber: '•••• 23', usedSecondsAgo: null }],
    addable,
  }),
  sample('account-factors-none', factors, { factors: [], addable }),
  sample('account-factors-full', factors, { factors: [factor], addable: [] }, { problem: { code: 'GONE' } }),
  sample('account-add-app', addFactor, { form, step: appStep }),
  sample('account-add-key', addFactor, { form, step: { strategy: 'WEBAUTHN_CROSS_PLATFORM', name: '', options: null } }),
  sample('account-rename', renameFactor, { form, name: 'Phone' }),
  sample('account-remove', removeFactor, { form, name: 'Phone', isLast: false }),
  sample('account-remove-last', removeFactor, { form, name: 'Phone', isLast: true }, { problem: { code: 'LAST_FACTOR_ENFORCED' } }),
  sample('account-codes', recoveryCodes, { left: 9 }),
  sample('account-codes-none', recoveryCodes, { left: null }),
  sample('account-codes-new', newRecoveryCodes, { form }),
  sample('account-codes-shown', shownRecoveryCodes, { codes }),
  sample('account-codes-first', shownRecoveryCodes, { codes: codes.slice(1) }, { notice: 'FACTOR_ADDED' }),
  sample('account-codes-gone', shownRecoveryCodes, { codes: null }),
  sample('account-devices', devices, { form, devices: [device, { ...device, id: 'd2', userAgent: '', secondsLeft: 3_700, honored: false }] }),
  sample('account-devices-none', devices, { form, devices: [] }),
  sample('account-passkeys', passkeys, {
    passkeys: [
      { id: 'p1', name: 'Phone', usedSecondsAgo: 90, renameHref: '/rename', removeHref: '/remove' },
      { id: 'p2', name: 'Security key or phone', usedSecondsAgo: null, renameHref: '/rename', removeHref: '/remove' },
    ],
    addHref: '/add',
  }),
  sample('account-passkeys-none', passkeys, { passkeys: [], addHref: null }, { notice: 'PASSKEY_REMOVED' }),
  sample('account-passkeys-add', addPasskey, { form, options, name: 'Phone' }, { problem: { code: 'WEBAUTHN_FAILED' } }),
  sample('account-passkeys-rename', renamePasskey, { form, name: 'Phone' }, { problem: { code: 'NAME_MISSING', field: 'name' } }),
  sample('account-passkeys-remove', removePasskey, { form, name: 'Phone' }),
  sample(
    'account-phones',
    phones,
    {
      phones: [
        { id: '1', phoneNumber: '+447700900123', verified: true, removeHref: '/oauth/account/phones/remove?id=1' },
        { id: '2', phoneNumber: '+447700900124', verified: false, removeHref: '/oauth/account/phones/remove?id=2' },
      ],
      addHref: '/oauth/account/phones/add',
    },
    { notice: 'PHONE_ADDED' },
  ),
  sample('account-phones-none', phones, { phones: [], addHref: null }, { notice: 'PHONE_REMOVED' }),
  sample('account-phones-add', addPhone, { form, phoneNumber: '+44' }, { problem: { code: 'INVALID_PHONE', field: 'phoneNumber' } }),
  sample('account-phones-full', addPhone, { form, phoneNumber: '+447700900123' }, { problem: { code: 'PHONE_LIMIT_REACHED' } }),
  sample('account-phones-confirm', confirmPhone, { form, phoneNumber: '+447700900123' }),
  sample('account-phones-remove', removePhone, { form, phoneNumber: '+447700900123' }),
  sample('account-sessions', sessions, {
    sessions: [
      { ...session, current: true, form: null },
      { ...session, id: 's2', userAgent: null, address: null, usedSecondsAgo: null, proven: false },
      { ...session, id: 's3', userAgent: 'Mozilla/5.0 (Linux; Android 14)' },
    ],
    ...{ endOthers: form, signOut: form, olderHref: '/older', newestHref: '/newest' },
  }),
  sample('account-sessions-one', sessions, {
    sessions: [{ ...session, current: true, form: null }],
    ...{ endOthers: null, signOut: form, olderHref: null, newestHref: null },
  }),
  sample('account-session-end', endSession, { form, session }),
  sample('account-sessions-end', endSession, { form, session: null }),
  sample('account-mailbox', mailbox, { form, email: 'ada@acme.example', sent: null }),
  sample('account-mailbox-sent', mailbox, { form, email: 'ada@acme.example', sent: { resendInSeconds: 0 } }),
  sample('account-organization', organization, { form, tenants: tenants.slice(0, 3), search: null }),
];

/** Every page, and of those with several faces each face. */
export const samples: readonly Sample[] = [
  sample('login-none', noLogin, { app: 'Acme Cloud' }),
  sample('login', login, signIn),
  sample('login-wrong', login, { ...signIn, email: 'ada@acme.example' }, { problem: { code: 'WRONG_CREDENTIALS', field: 'password' } }),
  sample('login-unverified', login, { ...signIn, email: 'ada@acme.example', app: null }, { problem: { code: 'EMAIL_NOT_VERIFIED' } }),
  sample('login-code', login, { ...signIn, email: 'ada@acme.example', sentWay: 'code' }),
  sample('login-by-link', login, { ...signIn, way: 'link' }),
  sample('login-link', login, { ...signIn, email: 'ada@acme.example', way: 'link', sentWay: 'link' }),
  sample('login-link-opened', login, { ...signIn, way: 'link', opened: true }),
  sample('login-limited', login, signIn, { problem: { code: 'RATE_LIMITED', seconds: 150 } }),
  sample('login-notice', login, signIn, { notice: 'PASSWORD_CHANGED' }),
  sample('mfa-app', mfa, proof(app)),
  sample('mfa-app-wrong', mfa, { ...proof(app), others: [], rememberDays: null }, { problem: { code: 'INVALID_CODE', attempts: 1, field: 'code' } }),
  sample('mfa-sms', mfa, proof({ id: 'f2', strategy: 'SMS', target: '•••• 23', sent: null })),
  sample('mfa-sms-sent', mfa, proof({ id: 'f2', strategy: 'SMS', target: '•••• 23', sent: { resendInSeconds: 30 } }), { notice: 'CODE_SENT' }),
  sample('mfa-email', mfa, proof({ id: 'EMAIL_CODE', strategy: 'EMAIL_CODE', target: 'a•••@acme.example', sent: null })),
  sample('mfa-email-sent', mfa, proof({ id: 'EMAIL_CODE', strategy: 'EMAIL_CODE', target: 'a•••@acme.example', sent: { resendInSeconds: 0 } })),
  sample('mfa-platform', mfa, proof({ id: 'f4', strategy: 'WEBAUTHN_PLATFORM', options: null })),
  sample('mfa-key', mfa, proof({ id: 'f3', strategy: 'WEBAUTHN_CROSS_PLATFORM', options }), { problem: { code: 'WEBAUTHN_FAILED' } }),
  sample('step-up', stepUp, { form, factor: app, others, user: 'ada@acme.example' }),
  sample('enroll', enroll, step(null)),
  sample('enroll-app', enroll, step(appStep)),
  sample('enroll-sms', enroll, step({ strategy: 'SMS', phoneNumber: '', target: null, sent: null })),
  sample('enroll-sms-sent', enroll, step({ strategy: 'SMS', phoneNumber: '+447700900123', target: '•••• 23', sent: { resendInSeconds: 9 } })),
  sample('enroll-email', enroll, step({ strategy: 'EMAIL_CODE', target: 'a•••@acme.example', sent: { resendInSeconds: 9 } })),
  sample('enroll-key', enroll, step({ strategy: 'WEBAUTHN_CROSS_PLATFORM', name: '', options: null })),
  sample('enroll-device', enroll, step({ strategy: 'WEBAUTHN_PLATFORM', name: 'Laptop', options }), { problem: { code: 'CREDENTIAL_TAKEN' } }),
  sample('recovery-code', recoveryCode, { form, code: '7K3QM-9TZ4X-B2HND-5RWVC-8FJP1' }),
  sample('recovery-code-unsaved', recoveryCode, { form, code: '7K3QM-9TZ4X-B2HND-5RWVC-8FJP1' }, { problem: { code: 'NOT_SAVED', field: 'saved' } }),
  sample('recovery-code-shown', recoveryCode, { form, code: null }),
  sample('recover', recover, { form, email: '', backHref: '/mfa' }),
  sample('tenant', tenant, { form, tenants: tenants.slice(0, 3), search: null }),
  sample('tenant-search', tenant, { form, tenants, search: { action: '/tenant', hidden: { i: 'abcdefgh' }, value: 'Ten' } }),
  sample('tenant-none', tenant, { form, tenants: [], search: { action: '/tenant', hidden: { i: 'abcdefgh' }, value: 'x' } }),
  sample('forgot-password', forgotPassword, { form, email: '', sent: false, backHref: '/login' }),
  sample('forgot-password-sent', forgotPassword, { form, email: '', sent: true, backHref: '/login' }),
  sample('reset-password', resetPassword, { form, account: 'ada@acme.example', minLength: 8 }),
  sample(
    'reset-password-short',
    resetPassword,
    { form, account: null, minLength: 8 },
    { problem: { code: 'PASSWORD_SHORT', min: 8, field: 'password' } },
  ),
  sample('activate', activate, { form, account: 'ada@acme.example', setsPassword: true, code: false, minLength: 8 }),
  sample('activate-code', activate, { form, account: null, setsPassword: true, code: true, minLength: 8 }),
  sample('activate-plain', activate, { form, account: null, setsPassword: false, code: false, minLength: 8 }),
  sample('invitation', invitation, { form, tenant: 'Acme', code: false }),
  sample('invitation-code', invitation, { form, tenant: null, code: true }),
  sample('invitation-plain', invitation, { form, tenant: null, code: false }),
  sample('join-tenant', joinTenant, { form, tenant: 'Acme', signUp: true }),
  sample('join-tenant-gone', joinTenant, { form, tenant: null, signUp: true }),
  sample('unlock', unlock, { form }),
  sample('sign-up', signUp, { form, email: '', name: '', companyName: '', invitedTo: null, sent: false, loginHref: '/login', minLength: 8 }),
  sample('sign-up-invited', signUp, {
    form,
    email: '',
    name: '',
    companyName: '',
    invitedTo: 'Acme',
    sent: false,
    loginHref: '/login',
    minLength: 8,
  }),
  sample('captcha', forgotPassword, { form, email: '', sent: false, backHref: '/login' }, { captcha: { siteKey: 'site', script: '/captcha.js' } }),
  sample('captcha-missing', forgotPassword, { form, email: '', sent: false, backHref: '/login' }, { captcha: { siteKey: 'site', script: null } }),
  sample('captcha-failed', forgotPassword, { form, email: '', sent: false, backHref: '/login' }, { problem: { code: 'CAPTCHA_FAILED' } }),
  sample('sign-up-sent', signUp, { form, email: '', name: '', companyName: '', invitedTo: null, sent: true, loginHref: null, minLength: 8 }),
  sample('expired-link', expiredLink, { form, sentAgain: true, asksCaptcha: false, backHref: '/login' }),
  sample('expired-link-sent', expiredLink, { form: null, sentAgain: true, asksCaptcha: false, backHref: null }, { notice: 'LINK_SENT' }),
  sample('expired-unlock', expiredLink, { form: null, sentAgain: false, asksCaptcha: false, backHref: null }),
  sample('error', errorPage, { expired: false, traceId: '0d6d1c0e-2c55-4d0e-a0f4-0d2b5f2b3f6c', homeHref: null }, { problem: { code: 'INTERNAL' } }),
  sample('expired', errorPage, { expired: true, traceId: '0d6d1c0e', homeHref: 'https://acme.example' }, { problem: { code: 'SIGN_IN_EXPIRED' } }),
  sample('signed-out', signedOut, { homeHref: 'https://acme.example' }),
  sample('return-to-app', returnToApp, {}),
  sample('done', done, { homeHref: 'https://acme.example' }, { notice: 'UNLOCKED' }),
  ...accountSamples,
];
