/** An app for Android, as the links of a domain to its apps name it. */
export interface AndroidApp {
  packageName: string;
  /** SHA-256 hashes of the certificates that sign it, as pairs of hexadecimal digits with colons. */
  fingerprints: readonly string[];
}

/** The apps that may open links of this server, so that the answer of a login reaches them instead of a browser. */
export interface LinkedApps {
  /** Ids of apps for iOS: the prefix of the team, a dot and the bundle id. */
  ios: readonly string[];
  android: readonly AndroidApp[];
}

/** Tells whether the text is an id of an app for iOS, such as `A1B2C3D4E5.com.acme.app`. */
export const isIosAppId = (text: string): boolean => /^[A-Z0-9]{10}(?:\.[A-Za-z0-9-]+)+$/.test(text) && text.length <= 200;

const androidApp = /^(?<packageName>[A-Za-z]\w*(?:\.[A-Za-z]\w*)+)=(?<fingerprint>[0-9A-F]{2}(?::[0-9A-F]{2}){31})$/i;

/** Tells whether the text is a package and the fingerprint of a certificate, such as `com.acme.app=14:6D:…`. */
export const isAndroidApp = (text: string): boolean => androidApp.test(text) && text.length <= 400;

/** Reads such texts. One app may have several fingerprints. */
export function readAndroidApps(texts: readonly string[]): AndroidApp[] {
  const byPackage = new Map<string, string[]>();
  for (const text of texts) {
    const { packageName = '', fingerprint = '' } = androidApp.exec(text)?.groups ?? {};
    byPackage.set(packageName, [...(byPackage.get(packageName) ?? []), fingerprint.toUpperCase()]);
  }
  return [...byPackage].map(([packageName, fingerprints]) => ({ packageName, fingerprints }));
}
