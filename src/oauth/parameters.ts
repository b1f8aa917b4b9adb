import type { FastifyRequest } from 'fastify';
import { refuseRequest } from '../domain/oauth/refusal.ts';
import type { Parameters } from '../domain/oauth/request-reading.ts';
import { single } from '../domain/oauth/request-reading.ts';
import { FormFields } from '../http/forms.ts';

/** Returns the parameters in the query, as they were sent. */
export function queryParameters({ raw }: FastifyRequest): Parameters {
  const { url = '' } = raw;
  const start = url.indexOf('?');
  return start === -1 ? [] : [...new URLSearchParams(url.slice(start + 1))];
}

/** Returns the parameters in the body: the fields of a form, or the texts among the members of a JSON object. */
export function bodyParameters(body: unknown): Parameters {
  if (body === undefined || body === null) return [];
  if (body instanceof FormFields) return body.entries;
  if (typeof body !== 'object' || Array.isArray(body)) refuseRequest('The body has to be a form or a JSON object.');
  return Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
}

/** Makes the functions that read the parameters of the body by name. */
export function readingBody(body: unknown) {
  const parameters = bodyParameters(body);
  const members: Record<string, unknown> = { ...(body as object | null | undefined) };
  const optional = (name: string): string | null => {
    // Members that nobody reads may be anything.
    if (!(body instanceof FormFields) && !['string', 'undefined'].includes(typeof (members[name] ?? undefined))) {
      refuseRequest(`The parameter ${name} has to be a string.`);
    }
    return single(parameters, name);
  };
  return { optional, required: (name: string): string => optional(name) ?? refuseRequest(`The parameter ${name} is missing.`) };
}
