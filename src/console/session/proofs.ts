import type { CombinedError } from '@urql/core';
import type { MfaStrategyName, TokensFragment } from '../documents.ts';
import {
  BeginWebAuthnDocument,
  SendEmailCodeDocument,
  SendSmsCodeDocument,
  VerifyAuthenticatorAppDocument,
  VerifyEmailCodeDocument,
  VerifySmsDocument,
  VerifyWebAuthnDocument,
} from '../documents.ts';
import type { Refusal } from '../parts/failure.ts';
import { failureText, isRefusal, refusalText } from '../parts/failure.ts';
import { strangerClient } from './client.ts';

/** An authenticator that a challenge can be answered with. */
export interface Device {
  id: string;
  strategy: MfaStrategyName;
  label: string;
  phoneNumber: string | null;
}

/** What came of a proof: a session, or why there is none. `restart` says that the whole login has to begin again. */
export type Proof = { session: TokensFragment } | { problem: string; restart: boolean };
/** What came of a message that was asked for: the token that goes back with its code, or why there is none. */
export type Sent = { otcToken: string } | { problem: string; restart: boolean };

type Union = { __typename: string } & (object | Refusal);

/** Returns the success of an answer, or why there is none. */
export function readAnswer<Result extends Union>(
  result: Result | undefined,
  error: CombinedError | undefined,
): Exclude<Result, { code: string }> | { problem: string; restart: boolean } {
  if (error !== undefined) return { problem: failureText(error), restart: false };
  if (result === undefined) return { problem: 'The server did not answer.', restart: false };
  if (isRefusal(result)) {
    // Every member of a union with a code is an error of this form.
    const refusal = result as unknown as Refusal;
    return { problem: refusalText(refusal), restart: refusal.code === 'CHALLENGE_EXPIRED' };
  }
  return result as Exclude<Result, { code: string }>;
}

/** Proves an authenticator app. */
export async function proveByApp(mfaToken: string, device: Device, code: string): Promise<Proof> {
  const { data, error } = await strangerClient
    .mutation(VerifyAuthenticatorAppDocument, { input: { mfaToken, deviceId: device.id, code } })
    .toPromise();
  return readAnswer(data?.verifyAuthenticatorApp, error);
}

/** Asks for a code by e-mail. */
export async function sendEmail(mfaToken: string): Promise<Sent> {
  const { data, error } = await strangerClient.mutation(SendEmailCodeDocument, { input: { mfaToken } }).toPromise();
  return readAnswer(data?.sendEmailCode, error);
}

/** Proves a code that was sent by e-mail. */
export async function proveByEmail(mfaToken: string, otcToken: string, code: string): Promise<Proof> {
  const { data, error } = await strangerClient.mutation(VerifyEmailCodeDocument, { input: { mfaToken, otcToken, code } }).toPromise();
  return readAnswer(data?.verifyEmailCode, error);
}

/** Asks for a code by text message. */
export async function sendText(mfaToken: string, device: Device): Promise<Sent> {
  const { data, error } = await strangerClient.mutation(SendSmsCodeDocument, { input: { mfaToken, deviceId: device.id } }).toPromise();
  return readAnswer(data?.sendSmsCode, error);
}

/** Proves a code that was sent by text message. */
export async function proveByText(mfaToken: string, device: Device, otcToken: string, code: string): Promise<Proof> {
  const { data, error } = await strangerClient.mutation(VerifySmsDocument, { input: { mfaToken, deviceId: device.id, otcToken, code } }).toPromise();
  return readAnswer(data?.verifySms, error);
}

/** Tells whether this browser can use WebAuthn in the form that the server speaks. */
export const browserHasWebAuthn = (): boolean => typeof PublicKeyCredential === 'function' && 'parseRequestOptionsFromJSON' in PublicKeyCredential;

/** Asks the browser for a security key or a passkey, and proves it. */
export async function proveByWebAuthn(mfaToken: string, device: Device): Promise<Proof> {
  const begun = await strangerClient.mutation(BeginWebAuthnDocument, { input: { mfaToken, deviceId: device.id } }).toPromise();
  const ceremony = readAnswer(begun.data?.beginWebAuthn, begun.error);
  if ('problem' in ceremony) return ceremony;
  const credential = await askBrowser(ceremony.options);
  if (credential === null) return { problem: 'The browser did not get an answer from the security key. Try again.', restart: false };
  const input = { mfaToken, deviceId: device.id, webauthnToken: ceremony.webauthnToken, credential };
  const { data, error } = await strangerClient.mutation(VerifyWebAuthnDocument, { input }).toPromise();
  return readAnswer(data?.verifyWebAuthn, error);
}

async function askBrowser(options: Record<string, unknown>): Promise<Record<string, unknown> | null> {
  try {
    // The server makes the options for this function.
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as unknown as PublicKeyCredentialRequestOptionsJSON);
    const credential = await navigator.credentials.get({ publicKey });
    return credential instanceof PublicKeyCredential ? { ...credential.toJSON() } : null;
  } catch {
    // The person cancelled, or nothing fitted.
    return null;
  }
}
