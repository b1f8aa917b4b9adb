/** Browsers by their mark in the user agent. The order matters, because most user agents also contain marks of other browsers. */
const browsers: readonly (readonly [mark: RegExp, name: string])[] = [
  [/\bEdg(e|A|iOS)?\//, 'Edge'],
  [/\b(OPR|Opera|OPiOS)\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|CriOS|Chromium)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];

/** Operating systems by their mark in the user agent, the more specific marks first. */
const systems: readonly (readonly [mark: RegExp, name: string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bLinux\b|\bX11\b/, 'Linux'],
];

const named = (list: typeof browsers, userAgent: string): string | undefined => list.find(([mark]) => mark.test(userAgent))?.[1];

/** The names of a browser and of its operating system. Null for what a user agent does not tell. */
export interface DeviceParts {
  browser: string | null;
  system: string | null;
}

/** Returns what a user agent tells of its device. Of an unknown one it is the product name at most. */
export const devicePartsOf = (userAgent: string): DeviceParts => ({
  browser: named(browsers, userAgent) ?? /^(?!Mozilla\b)[A-Za-z][\w.-]{0,39}(?=\/|$)/.exec(userAgent)?.[0] ?? null,
  system: named(systems, userAgent) ?? null,
});

/** Returns a readable name for a browser in English, such as "Chrome on Windows". */
export function deviceName(userAgent: string): string {
  const { browser, system } = devicePartsOf(userAgent);
  if (browser === null) return system === null ? 'Unknown device' : `Unknown browser on ${system}`;
  return system === null ? browser : `${browser} on ${system}`;
}
