import { createPublicKey } from 'node:crypto';
import type { CryptoKey } from 'jose';
import { calculateJwkThumbprint, exportJWK, exportPKCS8, generateKeyPair, importJWK, importPKCS8, jwtVerify, SignJWT } from 'jose';
import { newestPossible } from '../domain/bounds.ts';
import type { Signer } from '../domain/ports.ts';

const algorithm = 'RS256';
/** Most imported keys that are kept. There are fewer valid keys at any time; a key that was dropped is imported again. */
const cachedKeys = 16;

/** Makes the port that signs and checks RS256 tokens. The header of a token selects one of our keys, but never the algorithm. */
export function createSigner(): Signer {
  const privateKeys = new KeyCache();
  const publicKeys = new KeyCache();

  return {
    async generateKeyPair() {
      const pair = await generateKeyPair(algorithm, { modulusLength: 2048, extractable: true });
      const { n, e } = await exportJWK(pair.publicKey);
      if (n === undefined || e === undefined) throw new Error('the generated key is not an RSA key');
      const kid = await calculateJwkThumbprint({ kty: 'RSA', n, e });
      return { kid, privateKey: await exportPKCS8(pair.privateKey), publicJwk: { kty: 'RSA', n, e, kid, alg: algorithm, use: 'sig' } };
    },

    async sign(claims, { kid, privateKey }) {
      const key = await privateKeys.get(kid, () => importPKCS8(privateKey, algorithm));
      return new SignJWT(claims).setProtectedHeader({ alg: algorithm, typ: 'JWT', kid }).sign(key);
    },

    async verify(token, jwks, { issuer, audience, now }) {
      try {
        const { payload } = await jwtVerify(
          token,
          ({ kid }) => {
            const jwk = jwks.find((candidate) => candidate.kid === kid);
            if (kid === undefined || jwk === undefined) throw new Error('the token was not signed with one of our keys');
            const { kty = '', n = '', e = '' } = jwk;
            return publicKeys.get(`${kty}.${n}.${e}`, () => importRsaKey(kty, n, e));
          },
          { algorithms: [algorithm], typ: 'JWT', issuer, audience, currentDate: now, requiredClaims: ['exp', 'iat', 'sub'] },
        );
        // jose does not look at `iat`. A token from the future was signed by a clock that ran ahead, so its `exp` is too late as well.
        const signedAt = new Date((payload.iat ?? 0) * 1000);
        return signedAt > newestPossible(now) ? null : payload;
      } catch {
        // The caller does not learn which check failed, because only an attacker could use that.
        return null;
      }
    },

    publicKeyPem: (jwk) => createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/** Imports a public key from its two numbers only, so that a stored key can never be taken for a symmetric key. */
async function importRsaKey(kty: string, n: string, e: string): Promise<CryptoKey> {
  if (kty !== 'RSA') throw new Error('not an RSA key');
  return importJWK({ kty: 'RSA', n, e }, algorithm);
}

/** Keeps imported keys, because importing a key takes longer than using it. */
class KeyCache {
  readonly #keys = new Map<string, CryptoKey>();

  async get(name: string, load: () => Promise<CryptoKey>): Promise<CryptoKey> {
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    const key = await load();
    this.#keys.set(name, key);
    const oldest = this.#keys.keys().next().value;
    if (this.#keys.size > cachedKeys && oldest !== undefined) this.#keys.delete(oldest);
    return key;
  }
}
