import { scopes } from '../domain/oauth/authorization-request.ts';
import { multiFactorAcr } from '../domain/session/session.ts';
import type { OAuthRoute } from './route.ts';

/** Serves `GET /.well-known/openid-configuration` (OpenID Connect Discovery §4): where everything is, for applications that ask. */
export const discoveryRoute: OAuthRoute = (scope, { services, publicUrl }) =>
  void scope.route({
    method: 'GET',
    url: '/.well-known/openid-configuration',
    handler: async (request, reply) => {
      await services.hostedLogin.requireActive(request.call.stranger);
      return reply.header('cache-control', 'public, max-age=300').send({
        issuer: publicUrl,
        authorization_endpoint: `${publicUrl}/oauth/authorize`,
        token_endpoint: `${publicUrl}/oauth/token`,
        userinfo_endpoint: `${publicUrl}/oauth/userinfo`,
        end_session_endpoint: `${publicUrl}/oauth/logout`,
        jwks_uri: `${publicUrl}/.well-known/jwks.json`,
        response_types_supported: ['code'],
        response_modes_supported: ['query'],
        grant_types_supported: ['authorization_code', 'refresh_token'],
        code_challenge_methods_supported: ['S256'],
        token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        scopes_supported: scopes,
        acr_values_supported: [multiFactorAcr],
        prompt_values_supported: ['none', 'login'],
        claims_supported: [
          ...['iss', 'aud', 'sub', 'iat', 'exp', 'sid', 'nonce', 'acr', 'amr', 'auth_time', 'name', 'email', 'email_verified'],
          ...['tenantId', 'tenantIds', 'roles', 'permissions'],
        ],
        authorization_response_iss_parameter_supported: true,
        claims_parameter_supported: false,
        request_parameter_supported: false,
        request_uri_parameter_supported: false,
      });
    },
  });
