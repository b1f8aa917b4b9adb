import type { Caller } from '../../domain/access/actor.ts';
import type { LinkedApps } from '../../domain/oauth/app-links.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads } from '../audit/use-case.ts';
import type { HostedLoginService } from './hosted-login.ts';

interface Needs {
  hostedLogin: Pick<HostedLoginService, 'current'>;
  /** The apps as the operator has configured them. */
  apps: LinkedApps;
  audit: Audit;
}

/** Creates the service that returns the apps that may open links of this server. */
export const createAppLinks = ({ hostedLogin, apps, audit }: Needs) =>
  reads(audit, {
    /** Returns the apps, and none while hosted login is inactive. Anybody may read them: phones do when they install an app. */
    async read(_caller: Caller): Promise<LinkedApps> {
      return (await hostedLogin.current()).active ? apps : { ios: [], android: [] };
    },
  });
