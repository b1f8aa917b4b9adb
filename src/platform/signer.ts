import { createPublicKey } from 'node:crypto';
import type { CryptoKey } from 'jose';
import { calculateJwkThumbprint, exportJWK, exportPKCS8, generateKeyPair, importJWK, importPKCS8, jwtVerify, SignJWT } from 'jose';
import type { Signer } from '../domain/ports.ts';

const algorithm = 'RS256';
/** More keys than a rotation ever keeps alive; beyond it the oldest is imported anew when needed. */
const cachedKeys = 16;

/** RS256 by jose. The algorithm and the keys are ours to choose; a token's header only says which of them was used. */
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
            if (kid === undefined || jwk === undefined) throw new Error('signed by no key of ours');
            const { kty = '', n = '', e = '' } = jwk;
            return publicKeys.get(`${kty}.${n}.${e}`, () => importRsaKey(kty, n, e));
          },
          { algorithms: [algorithm], typ: 'JWT', issuer, audience, currentDate: now, requiredClaims: ['exp', 'iat', 'sub'] },
        );
        return payload;
      } catch {
        // Which check failed helps nobody but an attacker.
        return null;
      }
    },

    publicKeyPem: (jwk) => createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/** Public numbers only: whatever else a stored key says, it cannot become a symmetric one. */
async function importRsaKey(kty: string, n: string, e: string): Promise<CryptoKey> {
  if (kty !== 'RSA') throw new Error('not an RSA key');
  return importJWK({ kty: 'RSA', n, e }, algorithm);
}

/** Importing a key costs more than using it. */
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
