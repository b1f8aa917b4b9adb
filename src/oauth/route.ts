import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { DomainError } from '../domain/errors.ts';
import type { InteractionStep } from '../domain/oauth/interaction.ts';
import type { AddressLimit } from '../http/address-limits.ts';
import type { Cookies } from '../http/cookies.ts';
import type { InteractionCookies } from '../http/interaction-cookies.ts';
import type { Services } from '../services/index.ts';

/** What the protocol needs of the pages, which stand beside it. */
export interface PagesOfProtocol {
  /** Returns the path of the page of a step, without its handle. */
  pathOf(step: InteractionStep): string;
  /** Answers with a page that says what is wrong. */
  sendProblem(request: FastifyRequest, reply: FastifyReply, error: DomainError): unknown;
}

/** What the routes of the protocol need. */
export interface OAuthNeeds {
  services: Services;
  cookies: Cookies;
  interactionCookies: InteractionCookies;
  pages: PagesOfProtocol;
  /** The URL that clients reach the server by, without a slash at its end. It is the issuer. */
  publicUrl: string;
  corsOrigins: readonly string[];
}

/** Declares the routes of one endpoint under a prefix. */
export type OAuthRoute = (scope: FastifyInstance, needs: OAuthNeeds) => void;

/** Makes the hook that counts a request for its client address. */
export const limited =
  (limit: AddressLimit) =>
  async (request: FastifyRequest): Promise<void> =>
    request.call.takeFromAddress(limit);
