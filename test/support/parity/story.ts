import { password } from '../builders.ts';
import type { Harness } from '../harness.ts';
import type { Driver } from './driver.ts';
import { anApp } from './story/an-app.ts';
import { belongings } from './story/belongings.ts';
import { firstFactors } from './story/first-factors.ts';
import { keys } from './story/keys.ts';
import { losses } from './story/losses.ts';
import { outsiders } from './story/outsiders.ts';
import { phones } from './story/phones.ts';
import { sessions } from './story/sessions.ts';
import { settingUp } from './story/setting-up.ts';
import type { Told } from './story/teller.ts';
import { createTeller } from './story/teller.ts';

/**
 * One long story of a few people and their operator; answers what every step was answered. A session steps up before it adds a
 * factor beside another: GraphQL asks for that always, REST only where the operator wants it, as portals cannot.
 */
export async function tell(harness: Harness, driver: Driver): Promise<Told[]> {
  const teller = createTeller(harness, driver);
  const { step } = teller;
  const dana = { email: 'dana@acme.example', password };

  const userId = await settingUp(teller, dana);
  const app = await anApp(teller, userId, dana);
  await sessions(teller, userId, dana, app);
  const secret = await losses(teller, userId, dana, app.recoveryCode);
  const refreshToken = await firstFactors(teller, userId, dana, secret);
  await outsiders(teller);
  await step('a logout', () => driver.logOut(refreshToken));
  await step('a refresh after it', () => driver.refresh(refreshToken));
  const raised = await phones(teller);
  await keys(teller, raised);
  await belongings(teller);
  return teller.told;
}
