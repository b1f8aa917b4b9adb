import { createPublicKey, hash } from 'node:crypto';
import type { CryptoKey } from 'jose';
import { calculateJwkThumbprint, exportJWK, exportPKCS8, generateKeyPair, importJWK, importPKCS8, jwtVerify, SignJWT } from 'jose';
import { BoundedMap } from '../domain/bounded-map.ts';
import { newestPossible } from '../domain/bounds.ts';
import type { Claims, Signer } from '../domain/ports.ts';

const algorithm = 'RS256';
/** Most imported keys that are kept. There are fewer valid keys at any time; a key that was dropped is imported again. */
const cachedKeys = 16;
/** Most tokens whose signature is remembered as right. Each takes about two kilobytes, and only tokens that we signed are among them. */
const rememberedTokens = 5_000;

/** Makes the port that signs and checks RS256 tokens. The header of a token selects one of our keys, but never the algorithm. */
export function createSigner(): Signer {
  const privateKeys = new KeyCache();
  const publicKeys = new KeyCache();
  const remembered = new BoundedMap<string, { jwk: Jwk; claims: Claims }>(rememberedTokens);

  /**
   * Returns the claims of a token that is signed by one of the keys and was valid at `now` when it was first seen. A signature does
   * not change, and checking it takes longer than reading a row, so it is checked once. That the key is still one of ours is checked
   * each time. The token is remembered by its hash, so that no token can be read from the memory.
   */
  async function claimsSignedBy(token: string, jwks: readonly Jwk[], now: Date): Promise<Claims | null> {
    const digest = hash('sha256', token, 'base64');
    const known = remembered.get(digest);
    if (known !== undefined) return jwks.some((jwk) => isSameKey(jwk, known.jwk)) ? known.claims : null;
    try {
      let signedBy: Jwk = {};
      const { payload } = await jwtVerify(
        token,
        ({ kid }) => {
          const jwk = jwks.find((candidate) => candidate.kid === kid);
          if (kid === undefined || jwk === undefined) throw new Error('the token was not signed with one of our keys');
          signedBy = jwk;
          const { kty = '', n = '', e = '' } = jwk;
          return publicKeys.get(`${kty}.${n}.${e}`, () => importRsaKey(kty, n, e));
        },
        { algorithms: [algorithm], typ: 'JWT', currentDate: now, requiredClaims: ['exp', 'iat', 'sub'] },
      );
      remembered.set(digest, { jwk: signedBy, claims: payload });
      return payload;
    } catch {
      // The caller does not learn which check failed, because only an attacker could use that.
      return null;
    }
  }

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

    async verify(token, jwks, { issuer, audiences, now }) {
      const signed = await claimsSignedBy(token, jwks, now);
      if (signed === null || signed.iss !== issuer || !audiences.some((audience) => audience === signed.aud)) return null;
      // What the time decides is decided at each request, whether or not the signature is remembered.
      const [exp, iat, seconds] = [Number(signed.exp), Number(signed.iat), Math.floor(now.getTime() / 1000)];
      // A token from the future was signed by a clock that ran ahead, so its `exp` is too late as well.
      return exp > seconds && new Date(iat * 1000) <= newestPossible(now) ? signed : null;
    },

    publicKeyPem: (jwk) => createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString(),
  };
}

type Jwk = Readonly<Record<string, string>>;

/** Whether two published keys are the same one, by their name and their numbers. */
const isSameKey = (one: Jwk, other: Jwk): boolean => one.kid === other.kid && one.n === other.n && one.e === other.e;

/** Imports a public key from its two numbers only, so that a stored key can never be taken for a symmetric key. */
async function importRsaKey(kty: string, n: string, e: string): Promise<CryptoKey> {
  if (kty !== 'RSA') throw new Error('not an RSA key');
  return importJWK({ kty: 'RSA', n, e }, algorithm);
}

/** Keeps imported keys, because importing a key takes longer than using it. */
class KeyCache {
  readonly #keys = new BoundedMap<string, CryptoKey>(cachedKeys);

  async get(name: string, load: () => Promise<CryptoKey>): Promise<CryptoKey> {
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    const key = await load();
    this.#keys.set(name, key);
    return key;
  }
}
