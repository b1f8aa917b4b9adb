import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller, Nobody } from '../../domain/access/actor.ts';
import type { ExpiredPassword } from '../../domain/errors.ts';
import { DomainError, fail } from '../../domain/errors.ts';
import type { Notice } from '../view.ts';
import { activate } from '../views/activate.tsx';
import { expiredLink } from '../views/expired-link.tsx';
import { invitation } from '../views/invitation.tsx';
import { resetPassword } from '../views/reset-password.tsx';
import { unlock } from '../views/unlock.tsx';
import type { Fields } from './fields.ts';
import { captchaIn, withoutHyphens } from './fields.ts';
import { keepFlash } from './flash.ts';
import { emailIn } from './inputs.ts';
import type { PagesNeeds } from './needs.ts';
import type { PlainPage, PlainVisit } from './plain-page.ts';
import { flashNameOf } from './plain-page.ts';
import type { Page } from './send.ts';
import { pageOf } from './send.ts';

/** What a mailed link holds. */
interface LinkContents {
  userId: string;
  token: string;
}

/** A page that a mailed link leads to. */
interface LinkPage {
  /** The end of its path. */
  name: string;
  /** What the person is told afterwards. */
  notice: Notice;
  show(visit: PlainVisit, link: LinkContents, needs: PagesNeeds): Promise<Page>;
  act(visit: PlainVisit, link: LinkContents, fields: Fields, needs: PagesNeeds): Promise<void>;
  /** Sends such a link again. Null if only what has happened sends one. */
  resend: ((caller: Caller<Nobody>, fields: Fields, needs: PagesNeeds) => Promise<void>) | null;
  /** Whether a captcha may stand before that. */
  resendAsksCaptcha?: true;
}

const resetPath = '/oauth/account/reset-password';
const lifetimeSeconds = 1_800;
const attributes = { httpOnly: true, secure: true, path: '/oauth/account', sameSite: 'lax' } as const;
const cookieOf = ({ name }: LinkPage): string => `fe_link_${name.replace('/', '_')}`;
const pathOf = ({ name }: LinkPage): string => `/oauth/account/${name}`;

/** Returns the code of the mail that the person has entered. Null if the page asked for none. */
const codeIn = (fields: Fields): string | null => (fields.has('code') ? withoutHyphens(fields.text('code')) : null);

const resendInvitation: LinkPage['resend'] = (caller, fields, { services }) => services.invitations.requestAgain(caller, { email: emailIn(fields) });

const pages: readonly LinkPage[] = [
  {
    name: 'reset-password',
    notice: 'PASSWORD_CHANGED',
    async show({ caller, form }, { userId }, { services }) {
      const { minLength } = await services.passwordPolicies.effectiveOf(caller, { userId });
      return pageOf(resetPassword, { form, account: null, minLength });
    },
    async act({ request, caller }, link, fields, { services }) {
      await request.call.takeFromAddress('PASSWORD_RESET_VERIFY');
      await services.passwordReset.reset(caller, { ...link, password: fields.text('password') });
    },
    resend: async (caller, fields, { services }) =>
      void (await services.passwordReset.request(caller, { email: emailIn(fields), captchaToken: captchaIn(fields) })),
    resendAsksCaptcha: true,
  },
  {
    name: 'activate',
    notice: 'ACTIVATED',
    async show({ caller, form }, link, { services }) {
      const asks = await services.activation.strategyOf(caller, link);
      const { minLength } = await services.passwordPolicies.effectiveOf(caller, { userId: link.userId });
      return pageOf(activate, { form, account: null, ...asks, minLength });
    },
    async act({ request, caller }, link, fields, { services, cookies }) {
      await request.call.takeFromAddress('ACTIVATE');
      const { setsPassword } = await services.activation.strategyOf(caller, link);
      const password = setsPassword ? fields.text('password') : null;
      const login = await services.activation.activate(caller, {
        ...link,
        code: codeIn(fields),
        password,
        deviceToken: cookies.deviceToken(request),
      });
      // Whoever was sent a link for an account of somebody else must not find that they use it.
      if (login.kind === 'SESSION') await services.logOut.byRefreshToken(caller, { refreshToken: login.session.refreshToken });
    },
    resend: resendInvitation,
  },
  {
    name: 'invitation/accept',
    notice: 'INVITATION_ACCEPTED',
    async show({ caller, form }, link, { services }) {
      return pageOf(invitation, { form, tenant: null, code: await services.invitations.needsCode(caller, link) });
    },
    async act({ request, caller }, link, fields, { services }) {
      await request.call.takeFromAddress('INVITATION_ACCEPT');
      await services.invitations.accept(caller, { ...link, code: codeIn(fields) });
    },
    resend: resendInvitation,
  },
  {
    name: 'unlock',
    notice: 'UNLOCKED',
    show: async ({ form }) => pageOf(unlock, { form }),
    async act({ request, caller }, { token }, _fields, { services }) {
      await request.call.takeFromAddress('UNLOCK');
      await services.unlock.unlock(caller, { token });
    },
    resend: null,
  },
];

/** Returns what the link in the address holds. Null if there is none. */
function linkIn({ query }: FastifyRequest): LinkContents | null {
  const { userId = '', token } = query as Record<string, unknown>;
  const fits = (text: unknown): text is string => typeof text === 'string' && text.length <= 200;
  return fits(userId) && fits(token) && token !== '' ? { userId, token } : null;
}

/** Returns the link that the browser has opened. Null if it has opened none, or too long ago. */
function keptLink(request: FastifyRequest, page: LinkPage): LinkContents | null {
  const [userId, token] = (request.cookies[cookieOf(page)] ?? '').split(' ');
  return userId === undefined || token === undefined ? null : { userId, token };
}

/**
 * Moves what the link holds from the address, which stands in histories and logs, into a cookie, and returns the page to go on to. It spends
 * nothing, because programs that look for viruses in mail open every link.
 */
function keepLink(reply: FastifyReply, page: LinkPage, link: LinkContents | null): { to: string } {
  if (link !== null) reply.setCookie(cookieOf(page), `${link.userId} ${link.token}`, { ...attributes, maxAge: lifetimeSeconds });
  return { to: pathOf(page) };
}

/** Opens the page for a new password to somebody whose password has expired, as a mailed link would. Returns the page to go on to. */
export function openReset(reply: FastifyReply, { userId, resetPasswordToken: token }: ExpiredPassword): string {
  keepFlash(reply, flashNameOf(resetPath), { notice: 'PASSWORD_EXPIRED' });
  const [page] = pages.filter(({ name }) => name === 'reset-password');
  return page === undefined ? resetPath : keepLink(reply, page, { userId, token }).to;
}

/** Returns the page that says that the link does not work, and offers another one. */
const expired = ({ form, backHref, flash }: PlainVisit, page: LinkPage): Page =>
  pageOf(expiredLink, {
    form: page.resend === null || flash.notice === 'LINK_SENT' ? null : form,
    sentAgain: page.resend !== null,
    asksCaptcha: page.resendAsksCaptcha === true,
    backHref,
  });

const isSpent = (error: unknown): boolean => error instanceof DomainError && error.code === 'INVALID_TOKEN';

const asPlainPage = (page: LinkPage): PlainPage => ({
  path: pathOf(page),
  ofSignIn: false,
  async show(visit, needs) {
    const opened = linkIn(visit.request);
    if (opened !== null) return keepLink(visit.reply, page, opened);
    const link = keptLink(visit.request, page);
    if (link === null) return expired(visit, page);
    try {
      return await page.show(visit, link, needs);
    } catch (error) {
      if (!isSpent(error)) throw error;
      return expired(visit, page);
    }
  },
  async act(visit, fields, needs) {
    const { request, reply, caller } = visit;
    const forget = (): void => void reply.clearCookie(cookieOf(page), attributes);
    if (fields.text('action') === 'resend') {
      forget();
      await request.call.takeFromAddress('LINK_AGAIN');
      await (page.resend ?? fail('NOT_FOUND'))(caller, fields, needs);
      return { flash: { notice: 'LINK_SENT' } };
    }
    const link = keptLink(request, page);
    if (link === null) return { flash: {} };
    try {
      await page.act(visit, link, fields, needs);
    } catch (error) {
      if (!isSpent(error)) throw error;
      forget();
      return { flash: {} };
    }
    forget();
    return { to: '/oauth/account/done', flashFor: 'done', flash: { notice: page.notice } };
  },
});

/** The pages that mailed links lead to. */
export const linkPages = pages.map(asPlainPage);
