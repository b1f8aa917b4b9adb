import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';

/** Chromium without the requests it sends by itself, so that whatever leaves the machine was caused by the page. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
