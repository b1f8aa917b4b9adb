// The library under test: the bundle puts one of the two versions in its place.

import * as library from 'frontegg-under-test';
import { FronteggProvider, useAuth, useLoginActions, useLoginWithRedirect, useTenantsActions } from 'frontegg-under-test';
import { createElement } from 'react';
import { render } from 'react-dom';

/*
 * The smallest application that leaves the login to the server: it sends its person there, and shows who came back. The document that
 * loads it holds the options.
 */
const button = (id, onClick) => createElement('button', { key: id, id, type: 'button', onClick }, id);

/** The older version has no step-up. */
const useStepUps = () => {
  const stepUp = library.useStepUp?.();
  const elevated = { ever: library.useIsSteppedUp?.(), fresh: library.useIsSteppedUp?.({ maxAge: 60 }) };
  return stepUp === undefined ? null : { stepUp, elevated };
};

function Home() {
  const { user, isAuthenticated } = useAuth((state) => state);
  const { logout, requestAuthorize } = useLoginActions();
  const { switchTenant } = useTenantsActions();
  const loginWithRedirect = useLoginWithRedirect();
  const stepUps = useStepUps();
  if (!isAuthenticated) return button('log-in', () => loginWithRedirect());
  return createElement('main', null, [
    createElement('p', { key: 'who', id: 'who' }, user.email),
    createElement('p', { key: 'tenant', id: 'tenant' }, user.tenantId),
    createElement('p', { key: 'elevated', id: 'elevated' }, JSON.stringify(stepUps?.elevated ?? null)),
    // What the timer of the library calls.
    button('refresh', () => requestAuthorize()),
    button('log-out', () => logout()),
    button('step-up', () => stepUps.stepUp()),
    button('step-up-fresh', () => stepUps.stepUp({ maxAge: 60 })),
    ...user.tenantIds.map((tenantId) => button(`enter-${tenantId}`, () => switchTenant({ tenantId }))),
  ]);
}

const root = document.getElementById('root');
const options = JSON.parse(root.dataset.options);
render(createElement(FronteggProvider, { ...options, hostedLoginBox: true }, createElement(Home)), root);
