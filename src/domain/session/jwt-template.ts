import { utf8Length } from '../text.ts';

/** A template: claims that tokens get besides those of this server, and a lifetime of their own. */
export interface JwtTemplate {
  id: string;
  /** Names the template in rules, as its id does. */
  key: string;
  name: string;
  description: string | null;
  /** How many seconds a token lives. It never outlives its session. */
  lifetimeSeconds: number;
  /** Claims by their name. Each is a text in which placeholders are replaced. */
  claims: Readonly<Record<string, string>>;
  createdAt: Date;
  updatedAt: Date;
}

/** What a caller chooses of a template. */
export type JwtTemplateFields = Pick<JwtTemplate, 'key' | 'name' | 'description' | 'lifetimeSeconds' | 'claims'>;

/** Bounds of templates. The longest lifetime is that of the longest session. */
export const jwtTemplateBounds = {
  ...{ templates: 100, keyCharacters: 100, nameCharacters: 100, descriptionCharacters: 1000 },
  ...{ minLifetimeSeconds: 10, maxLifetimeSeconds: 15_552_000 },
  ...{ claims: 50, claimNameBytes: 64, claimBytes: 1024 },
} as const;

/** Most bytes of the claims of a template in a token, as JSON. Those that do not fit are left out, the later ones first. */
export const maxTemplateClaimsBytes = 2048;

/** Claims that every template has to name, as the documentation of Frontegg wants it. */
export const requiredClaims = ['iss', 'sub', 'aud', 'exp', 'iat'] as const;

/**
 * Claims whose value is always that of this server, or that are absent if this server states none. A template can thus neither forge a
 * second factor nor hide one, and no token of one kind can pass for another.
 */
export const reservedClaims: ReadonlySet<string> = new Set([
  ...requiredClaims,
  ...['nbf', 'jti', 'type', 'sid', 'acr', 'amr', 'auth_time', 'nonce', 'azp', 'act', 'cnf', 'scope', 'scopes', 'client_id'],
  ...['tenantId', 'tenantIds', 'roles', 'permissions', 'userId', 'vendorId', 'applicationId', 'superUser'],
  ...['createdByUserId', 'userMetadata'],
  ...['name', 'email', 'email_verified', 'metadata', 'profilePictureUrl', 'externalId', 'phoneNumber', '__proto__'],
]);

/** What a placeholder of a template can name. */
export const placeholders = [
  ...(['user.id', 'user.email', 'user.name', 'user.metadata'] as const),
  ...(['user.tenant.id', 'user.tenant.roles', 'user.tenant.permissions', 'sid', 'tokenType'] as const),
] as const;
/** One of `placeholders`. */
export type Placeholder = (typeof placeholders)[number];

/** The values that placeholders are replaced by. */
export type PlaceholderValues = Readonly<Record<Placeholder, unknown>>;

const pattern = /\{\{\s*([^{}]*?)\s*\}\}/g;
const isPlaceholder = (path: string): path is Placeholder => (placeholders as readonly string[]).includes(path);

/** Returns why the claims cannot be those of a template, in words that follow the name of the field. Null if they can. */
export function problemOfClaims(claims: Readonly<Record<string, string>>): string | null {
  const entries = Object.entries(claims);
  const { claims: most, claimNameBytes, claimBytes } = jwtTemplateBounds;
  const missing = requiredClaims.find((name) => !Object.hasOwn(claims, name));
  if (missing !== undefined) return `must have the claim ${missing}`;
  if (entries.length > most) return `must have at most ${most} claims`;
  if (entries.some(([name]) => name === '' || utf8Length(name) > claimNameBytes)) return `must have names of 1 to ${claimNameBytes} bytes`;
  if (entries.some(([, value]) => utf8Length(value) > claimBytes)) return `must have values of at most ${claimBytes} bytes`;
  if (entries.some(([name, value]) => `${name}${value}`.includes('\0'))) return 'must not contain the character U+0000';
  const paths = entries.flatMap(([, value]) => [...value.matchAll(pattern)].map(([, path = '']) => path));
  return paths.every(isPlaceholder) ? null : `must have no other placeholders than ${placeholders.join(', ')}`;
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : Array.isArray(value) ? value.join(',') : JSON.stringify(value ?? null);

/**
 * Returns the claims that a template adds. A claim that is one placeholder alone takes its value as it is, so that lists stay lists; within
 * a longer text lists are joined by commas. Reserved claims are left out.
 */
export function addedClaims({ claims }: Pick<JwtTemplate, 'claims'>, values: PlaceholderValues): Record<string, unknown> {
  const replacementOf = (path: string): unknown => (isPlaceholder(path) ? values[path] : '');
  const filled = (template: string): unknown => {
    const [whole] = template.matchAll(pattern);
    if (whole?.[0] === template) return replacementOf(whole[1] ?? '') ?? null;
    return template.replace(pattern, (_, path: string) => textOf(replacementOf(path)));
  };
  return Object.fromEntries(
    Object.entries(claims)
      .filter(([name]) => !reservedClaims.has(name))
      .map(([name, template]) => [name, filled(template)]),
  );
}

/** Stores templates. */
export interface JwtTemplateRepository {
  /** Returns all templates. There are few. */
  list(): Promise<JwtTemplate[]>;
  /** Returns the template with this id or key. */
  find(idOrKey: string): Promise<JwtTemplate | null>;
  /** Adds a template. False if another one has its key. */
  add(template: JwtTemplate): Promise<boolean>;
  /** Changes the given fields. Null if there is none. Whoever changes the key has found that no other template has it. */
  update(id: string, change: Partial<JwtTemplateFields>, now: Date): Promise<JwtTemplate | null>;
  /** Removes a template. False if there is none. */
  remove(id: string): Promise<boolean>;
}
