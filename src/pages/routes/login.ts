import type { AuthStrategy } from '../../domain/environment/auth-strategy.ts';
import { admitsLocalLogin } from '../../domain/environment/auth-strategy.ts';
import type { CompletedLogin } from '../../services/login/completion.ts';
import type { LoginResult } from '../../services/login/gate.ts';
import type { Progress } from '../../services/oauth/authorization.ts';
import { stepPaths } from '../step-paths.ts';
import type { LoginWay } from '../views/login.tsx';
import { login } from '../views/login.tsx';
import { noLogin } from '../views/no-login.tsx';
import { isRefusedCredential, readAnswer, refusedCredential } from './credential-answer.ts';
import type { Fields } from './fields.ts';
import { captchaIn, withoutHyphens } from './fields.ts';
import { forgetOpenedLink, openedLink, rememberSignIn } from './magic-link.ts';
import type { PagesNeeds } from './needs.ts';
import { pageOf } from './send.ts';
import type { Outcome, StepPage } from './step-page.ts';
import type { Visit } from './visit.ts';
import { addressOf, choiceOf, formOf } from './visit.ts';

/** Goes on with what a first factor has led to: a session, or a challenge for the second factor. */
export async function afterFirstFactor({ request, reply, caller, token }: Visit, result: LoginResult, needs: PagesNeeds): Promise<Progress> {
  const { services, cookies } = needs;
  if (result.kind === 'CHALLENGE') return services.interactions.challenged(caller, { token, mfaToken: result.challenge.mfaToken });
  const { session } = result;
  cookies.keepSession(reply, session);
  return services.interactions.signedIn(caller, {
    ...{ token, accessToken: session.accessToken, deviceToken: cookies.deviceToken(request), recoveryCode: null },
  });
}

/** Goes on with a login whose second factor was proven. A recovery code is shown first. */
export async function afterSecondFactor(
  { request, reply, caller, token }: Visit,
  { session, rememberedDevice }: CompletedLogin,
  { services, cookies }: PagesNeeds,
  recoveryCode: string | null = null,
): Promise<Progress> {
  cookies.keepSession(reply, session);
  cookies.keepDevice(reply, { session, rememberedDevice });
  const deviceToken = rememberedDevice?.token ?? cookies.deviceToken(request);
  return services.interactions.signedIn(caller, { token, accessToken: session.accessToken, deviceToken, recoveryCode });
}

/** Returns the address, or the username, without blanks around it. */
const addressIn = (fields: Fields): string => fields.text('email').trim();

async function signIn(visit: Visit, fields: Fields, needs: PagesNeeds): Promise<Outcome> {
  const { request, caller, shown } = visit;
  const { services, cookies } = needs;
  const email = addressIn(fields);
  const { tenant, asksForFactor: demandsFactor } = shown.request;
  const result = await services.passwordLogin.logIn(caller, {
    ...{ email, password: fields.text('password'), captchaToken: captchaIn(fields) },
    ...{ deviceToken: cookies.deviceToken(request), tenant, demandsFactor },
    invitationToken: shown.invitationToken,
  });
  return afterFirstFactor(visit, result, needs);
}

/** Sends a code to sign in with. The page says the same whether or not there is an account. */
async function sendCode({ request, caller, token }: Visit, fields: Fields, { services }: PagesNeeds): Promise<Outcome> {
  await request.call.takeFromAddress('LOGIN_CODE_SEND');
  const email = addressIn(fields);
  const { loginToken } = await services.emailCodeLogin.send(caller, { named: { email }, captchaToken: captchaIn(fields) });
  await services.interactions.codeSent(caller, { token, sentCode: { loginToken, email } });
  return { kind: 'SAME', flash: {}, choice: { way: 'code' } };
}

/** Sends a link to sign in by, which the person then opens in this browser. The page says the same whether or not there is an account. */
async function sendLink({ request, reply, caller, token, handle }: Visit, fields: Fields, { services, cookies }: PagesNeeds): Promise<Outcome> {
  await request.call.takeFromAddress('MAGIC_LINK_SEND');
  const email = addressIn(fields);
  const sent = await services.magicLinkLogin.send(caller, { named: { email }, captchaToken: captchaIn(fields) });
  await cookies.keepMagicLink(reply, sent);
  rememberSignIn(reply, handle, sent.lifetimeSeconds);
  await services.interactions.codeSent(caller, { token, sentCode: { loginToken: '', email } });
  return { kind: 'SAME', flash: {}, choice: { way: 'link' } };
}

/** Sends a text message with a code to sign in with. The page says the same whether or not there is an account with a phone number. */
async function sendText({ request, caller, token }: Visit, fields: Fields, { services }: PagesNeeds): Promise<Outcome> {
  await request.call.takeFromAddress('SMS_LOGIN_SEND');
  const email = addressIn(fields);
  const { loginToken } = await services.smsCodeLogin.send(caller, { named: { email }, captchaToken: captchaIn(fields) });
  await services.interactions.codeSent(caller, { token, sentCode: { loginToken, email } });
  return { kind: 'SAME', flash: {}, choice: { way: 'text' } };
}

async function signInByLink(visit: Visit, needs: PagesNeeds): Promise<Outcome> {
  const { request, reply, caller, shown } = visit;
  const { tenant, asksForFactor: demandsFactor } = shown.request;
  await request.call.takeFromAddress('MAGIC_LINK_VERIFY');
  const { services, cookies } = needs;
  // Whoever mails a link of their own to somebody must not find that they use it, so the link works only where it was asked for.
  const browserToken = cookies.magicLinkToken(request);
  const result = await services.magicLinkLogin.logIn(caller, {
    ...{ token: openedLink(request) ?? '', browserToken, onlyHere: true, deviceToken: cookies.deviceToken(request), tenant, demandsFactor },
    invitationToken: shown.invitationToken,
  });
  forgetOpenedLink(reply);
  await cookies.dropMagicLink(reply);
  return afterFirstFactor(visit, result, needs);
}

/** Signs in by the code of a mail or of a text message, which is the one that was sent last. */
async function signInByCode(visit: Visit, fields: Fields, way: 'code' | 'text', needs: PagesNeeds): Promise<Outcome> {
  const { request, caller, shown } = visit;
  const { tenant, asksForFactor: demandsFactor } = shown.request;
  const { emailCodeLogin, smsCodeLogin } = needs.services;
  await request.call.takeFromAddress(way === 'code' ? 'LOGIN_CODE_VERIFY' : 'SMS_LOGIN_VERIFY');
  const result = await (way === 'code' ? emailCodeLogin : smsCodeLogin).logIn(caller, {
    ...{ loginToken: shown.sentCode?.loginToken ?? null, code: withoutHyphens(fields.text('code')), deviceToken: needs.cookies.deviceToken(request) },
    ...{ tenant, demandsFactor, invitationToken: shown.invitationToken },
  });
  return afterFirstFactor(visit, result, needs);
}

/** The way that the sign-in page offers beside the password under each strategy. */
const wayUnder: Readonly<Record<AuthStrategy, LoginWay | null>> = {
  EMAIL_AND_PASSWORD: null,
  CODE: 'code',
  MAGIC_LINK: 'link',
  SMS_CODE: 'text',
  NO_LOCAL_AUTHENTICATION: null,
};

/** Returns what the person was sent, as far as the page still says so. */
function sentIn(visit: Visit, way: LoginWay | null): LoginWay | null {
  const chosen = choiceOf(visit, 'way');
  return way !== null && chosen === way && visit.shown.sentCode !== null ? way : null;
}

/** Signs in by what the browser has answered for the passkey that this page asked for. The next page asks anew if that was refused. */
async function signInByPasskey(visit: Visit, fields: Fields, needs: PagesNeeds): Promise<Outcome> {
  const { request, caller, token, shown } = visit;
  const { tenant, asksForFactor: demandsFactor } = shown.request;
  await request.call.takeFromAddress('PASSKEY_LOGIN');
  const answer = readAnswer(fields.text('answer'));
  try {
    const deviceToken = needs.cookies.deviceToken(request);
    const { invitationToken } = shown;
    const result = await needs.services.passkeyLogin.logIn(caller, {
      ...{ by: { pageToken: token, captchaToken: captchaIn(fields) }, answer, deviceToken, tenant, demandsFactor, invitationToken },
    });
    return await afterFirstFactor(visit, result, needs);
  } catch (error) {
    if (!isRefusedCredential(error)) throw error;
    return { kind: 'SAME', flash: { problem: refusedCredential(error) } };
  }
}

/** The page to sign in. */
export const loginPage: StepPage = {
  step: 'SIGN_IN',
  async show(visit, needs, { typed = {} }) {
    const { request, shown } = visit;
    const { allowSignups, authStrategy, passkeysEnabled } = await needs.services.environment.publicSettings(request.call.stranger);
    const { name } = await needs.services.hostedLogin.publicBranding(request.call.stranger);
    const app = shown.request.isOwn || name === '' ? null : name;
    if (!admitsLocalLogin({ authStrategy })) return pageOf(noLogin, { app });
    const way = wayUnder[authStrategy];
    const sentWay = sentIn(visit, way);
    const opened = way === 'link' && choiceOf(visit, 'way') === 'opened' && openedLink(request) !== null;
    const asksForPasskey = passkeysEnabled && sentWay === null && !opened;
    // The cookie of this sign-in binds the answer to this browser, and a page that is loaded again asks anew.
    const passkey = asksForPasskey ? await needs.services.passkeyLogin.begin(visit.caller, { named: null, by: { pageToken: visit.token } }) : null;
    return pageOf(login, {
      form: formOf(visit),
      app,
      email: typed.email ?? shown.sentCode?.email ?? shown.request.loginHint ?? '',
      forgotHref: addressOf(visit, '/oauth/account/forgot-password'),
      loginHref: addressOf(visit, stepPaths.SIGN_IN),
      way,
      sentWay,
      opened,
      passkey: passkey?.options ?? null,
      signUpHref: allowSignups ? addressOf(visit, '/oauth/account/sign-up') : null,
    });
  },
  async act(visit, fields, needs) {
    const { request, caller } = visit;
    const email = addressIn(fields);
    const typed = { email };
    switch (fields.text('action')) {
      case 'resend':
        await request.call.takeFromAddress('LINK_AGAIN');
        await needs.services.invitations.requestAgain(caller, { email });
        return { kind: 'SAME', flash: { notice: 'LINK_SENT', typed } };
      case 'sendCode':
        return sendCode(visit, fields, needs);
      case 'sendText':
        return sendText(visit, fields, needs);
      case 'code':
        return signInByCode(visit, fields, 'code', needs);
      case 'text':
        return signInByCode(visit, fields, 'text', needs);
      case 'passkey':
        return signInByPasskey(visit, fields, needs);
      case 'sendLink':
        return sendLink(visit, fields, needs);
      case 'link':
        return signInByLink(visit, needs);
      default:
        await request.call.takeFromAddress('LOGIN');
        return signIn(visit, fields, needs);
    }
  },
  greet: ({ shown }) => (shown.request.namesOtherWay ? { notice: 'PROVIDER_UNAVAILABLE' } : {}),
  keep: (fields) => {
    const action = fields.text('action');
    return { typed: { email: addressIn(fields) }, choice: action === 'code' || action === 'text' ? { way: action } : {} };
  },
};
