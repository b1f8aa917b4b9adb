import type { Identity } from '../../domain/environment/identity.ts';
import type { LinkedApps } from '../../domain/oauth/app-links.ts';
import type { Clock, Keyring, Random } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Audit } from '../audit/recorder.ts';
import type { Authenticators } from '../authenticator/authenticators.ts';
import type { MemberTenants } from '../directory/member-tenants.ts';
import type { EnvironmentService } from '../environment/environment.ts';
import type { Challenges } from '../login/challenges.ts';
import type { LoginGate } from '../login/gate.ts';
import type { Refresh } from '../login/refresh.ts';
import type { StepUp } from '../login/step-up.ts';
import type { SessionLimiting } from '../session/limits.ts';
import type { Sessions } from '../session/sessions.ts';
import { createAccountNotes } from './account-notes.ts';
import { createAccountVisits } from './account-visits.ts';
import { createAdmission } from './admission.ts';
import { createAppLinks } from './app-links.ts';
import { createAuthorization } from './authorization.ts';
import { createBrowserSessions } from './browser-sessions.ts';
import { createClientAuthentication } from './client-authentication.ts';
import { createCodes } from './codes.ts';
import { createGrants } from './grants.ts';
import { createHostedLogin } from './hosted-login.ts';
import { createInteractionKeeping } from './interaction-keeping.ts';
import { createInteractions } from './interactions.ts';
import { createRedirectUris } from './redirect-uris.ts';
import { createShownChallenges } from './shown-challenges.ts';
import { createStepUpBeginning } from './step-up-beginning.ts';

/** Settings of hosted login that no operator changes while the server runs. */
export interface OauthSettings {
  /** Whether developers may begin before they have registered a redirect URI. */
  development: boolean;
  production: boolean;
  /** Whether an application that proves the secret may leave the verifier out although a challenge was sent. */
  secretWithoutVerifier: boolean;
  /** Whether a member of several tenants chooses one where the application names none. */
  asksForTenant: boolean;
  /** The apps that may open links of this server. */
  linkedApps: LinkedApps;
}

interface Needs {
  store: Store;
  clock: Clock;
  random: Random;
  keyring: Keyring;
  identity: Identity;
  /** URL that clients reach the server by, which is the issuer. */
  issuer: string;
  environment: EnvironmentService;
  authenticators: Authenticators;
  memberTenants: MemberTenants;
  challenges: Challenges;
  gate: LoginGate;
  sessions: Sessions;
  sessionLimits: SessionLimiting;
  refresh: Refresh;
  stepUp: StepUp;
  audit: Audit;
  settings: OauthSettings;
}

/** Creates the services of hosted login, in the order in which they need each other, and returns their use cases. */
export function createOauth(needs: Needs) {
  const { store, clock, random, keyring, identity, issuer, sessions, refresh, stepUp, audit, settings } = needs;
  const { environment, authenticators, memberTenants, challenges, gate, sessionLimits } = needs;
  const hostedLogin = createHostedLogin({ store, clock, random, issuer, audit });
  const redirectUris = createRedirectUris({ store, clock, random, ...settings, audit });
  const browserSessions = createBrowserSessions({ store, clock, keyring, audit });
  const admissions = createAdmission({ store, clock, gate, memberTenants, sessionLimits });
  const codes = createCodes({ store, clock, random, keyring, audit, issuer });
  const keeping = createInteractionKeeping({ store, clock, random, keyring });
  const shownChallenges = createShownChallenges({ challenges, gate, authenticators });
  const beginStepUp = createStepUpBeginning({ browserSessions, stepUp });
  const answering = { store, issuer, admissions, codes, shownChallenges, beginStepUp, audit };
  const { secretWithoutVerifier, asksForTenant, linkedApps } = settings;
  return {
    hostedLogin: hostedLogin.useCases,
    redirectUris: redirectUris.useCases,
    authorization: createAuthorization({ ...answering, browserSessions, identity, hostedLogin, redirectUris, interactions: keeping }),
    interactions: createInteractions({ ...answering, clock, keyring, sessions, keeping, asksForTenant }),
    accountVisits: createAccountVisits({
      ...{ store, identity, hostedLogin, browserSessions, admissions, interactions: keeping, beginStepUp, audit },
    }),
    accountNotes: createAccountNotes({ store, clock, keyring, audit }),
    browserSessions: browserSessions.useCases,
    grants: createGrants({
      ...{ store, clock, keyring, sessions, browserSessions, refresh, audit, secretWithoutVerifier },
      clientAuthentication: createClientAuthentication({ identity, environment }),
    }),
    appLinks: createAppLinks({ hostedLogin, apps: linkedApps, audit }),
  };
}
