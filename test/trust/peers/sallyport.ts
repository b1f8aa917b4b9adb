import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDeployment } from '../support/deployment.ts';
import type { Call } from '../support/http.ts';
import { verdictOf } from '../support/http.ts';
import { answerByApp, createPerson, createTenant, enroll, logInCall, mfaTokenOf, recoverCall } from '../support/story.ts';
import type { Peer, Result } from './peer.ts';

/** Sallyport itself, over REST, on SQLite. */
export async function openSallyport(): Promise<Peer> {
  const deployment = await openDeployment({ db: 'sqlite' });
  const tenantId = await createTenant(deployment, 'peers');
  const result = async (call: Call): Promise<Result> => {
    const answer = await deployment.send(call);
    return verdictOf(answer) === 'accepted' ? 'accepted' : answer.status === 400 ? 'wrong' : 'refused';
  };
  return {
    name: 'Sallyport',
    createUser: async (name) => enroll(deployment, await createPerson(deployment, tenantId, name)),
    begin: async (user) => {
      const mfaToken = await mfaTokenOf(deployment, user);
      return {
        byCode: (code) => result(answerByApp(mfaToken, code)),
        byRecoveryCode: (code) => result(recoverCall(user.email, code)),
      };
    },
    wrongPassword: async (email) => (await deployment.send(logInCall(email, 'a wrong password'))).milliseconds,
    stored: async () => {
      const names = (await readdir(deployment.folder)).filter((name) => name.includes('.db'));
      return Buffer.concat(await Promise.all(names.map((name) => readFile(join(deployment.folder, name)))));
    },
    close: deployment.close,
  };
}
