import type { ErrorCode } from '../../../src/domain/error-catalogue.ts';
import { restErrors } from '../../../src/rest/errors.ts';
import { documents } from '../graphql-documents.ts';
import type { Harness } from '../harness.ts';
import { clientId, secret } from '../harness.ts';
import type { Caller, Outcome } from './driver.ts';

const refusedBy = (code: string): Outcome => ({ refused: restErrors[code as ErrorCode].text });

export type GraphqlCalls = ReturnType<typeof graphqlCalls>;

/** Calls of GraphQL, and their answers in the words of the story. */
export function graphqlCalls(harness: Harness) {
  const send = async (document: string, input: object, headers: Record<string, string> = {}): Promise<Outcome> => {
    const answer = await harness.graphql(document, { input }, headers);
    if (answer.errors?.[0] !== undefined) return refusedBy(answer.errors[0].extensions.code);
    // biome-ignore lint/suspicious/noExplicitAny: the selections of the documents say what is in it
    const told = Object.values(answer.data ?? {})[0] as any;
    if (told.code !== undefined) return refusedBy(told.code);
    return {
      ...(told.session ? { session: told.session, deviceToken: told.rememberedDevice?.token ?? null, recoveryCode: told.recoveryCode ?? null } : {}),
      // A step-up is for the enrolled alone, so its challenge does not say.
      ...(told.mfaToken === undefined ? {} : { mfaToken: told.mfaToken, enrolled: told.enrolled ?? true }),
      ...(told.secret === undefined ? {} : { secret: told.secret }),
      ...(told.otcToken === undefined ? {} : { codeToken: told.otcToken }),
      ...(told.loginToken === undefined ? {} : { codeToken: told.loginToken }),
      ...(told.webauthnToken === undefined ? {} : { codeToken: told.webauthnToken }),
      ...(told.ceremonyToken === undefined ? {} : { codeToken: told.ceremonyToken }),
      ...(told.options === undefined ? {} : { options: told.options }),
      ...(told.user === undefined ? {} : { userId: told.user.restId }),
      ...(told.token === undefined ? {} : { linkToken: told.token }),
      ...(told.invitation === undefined ? {} : { linkToken: told.invitation.token }),
    };
  };
  const headersOf = async ({ accessToken, tenantId }: Caller): Promise<Record<string, string>> => {
    const answer = accessToken === undefined ? await harness.graphql(documents.authenticateEnvironment, { input: { clientId, secret } }) : null;
    const token = accessToken ?? (answer?.data?.authenticateEnvironment as { accessToken: string } | undefined)?.accessToken;
    return { authorization: `Bearer ${token}`, ...(tenantId === undefined ? {} : { 'frontegg-tenant-id': tenantId }) };
  };
  const administer = async (document: string, input: object, caller: Caller = {}): Promise<Outcome> => send(document, input, await headersOf(caller));
  const silent = async (outcome: Promise<Outcome>): Promise<Outcome> => {
    const { refused } = await outcome;
    return refused === undefined ? {} : { refused };
  };

  return { send, administer, silent };
}
