import type { Db } from '../../trust/claim.ts';
import type { Deployment } from '../../trust/support/deployment.ts';
import { openDeployment } from '../../trust/support/deployment.ts';
import { jsonOf } from '../../trust/support/http.ts';
import { answerByApp, createPerson, createTenant, enroll, logInCall } from '../../trust/support/story.ts';
import { onCore } from '../support/program.ts';
import type { SecondFactorServer } from './second-factor-server.ts';

/** Starts Sallyport with its log, and with every commit waiting for the disk, on the core of the servers. */
export async function startSallyportForLogins(db: Db, graphql: boolean): Promise<SecondFactorServer & { deployment: Deployment }> {
  const deployment = await openDeployment({ db, durable: true, launcher: onCore(0), settings: { LOG_LEVEL: 'info', SHUTDOWN_DELAY_SECONDS: '0' } });
  const tenantId = await createTenant(deployment, 'bench');
  return {
    deployment,
    name: `Sallyport, ${graphql ? 'GraphQL' : 'REST'}${db === 'sqlite' ? '' : ', PostgreSQL'}`,
    createUser: async (name) => enroll(deployment, await createPerson(deployment, tenantId, name)),
    async begin({ email }) {
      const answer = await deployment.send(logInCall(email));
      const { mfaToken } = jsonOf(answer) as { mfaToken: string };
      return { milliseconds: answer.milliseconds, verify: (code) => deployment.send(answerByApp(mfaToken, code, graphql)) };
    },
    stop: () => deployment.close(),
  };
}
