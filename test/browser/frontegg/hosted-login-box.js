/*
 * Version 7 of the library loads a script from Frontegg at run time, which no registry has. In hosted login the library needs it for two
 * things: at the address of the answer it hands over the code, and after a log-out it says anew how to go to another page. This does both
 * as the last version does whose script was published (5.79.0 of the portal), which the tests run whole.
 */
window.FronteggLoginBox = {
  render(_element, { injector: { store }, options }) {
    store.subscribe(() => {
      if (typeof store.getState().auth.onRedirectTo === 'function') return;
      store.dispatch({ type: 'auth/setAuthState', payload: { onRedirectTo: options.onRedirectTo } });
    });
    const path = options.urlStrategy === 'hash' ? (location.hash || '#').slice(1).split('?')[0] : location.pathname;
    if (path !== `${options.basename ?? ''}/oauth/callback`) return;
    const query = new URLSearchParams(location.search);
    const payload = Object.fromEntries(['code', 'state', 'nonce'].map((name) => [name, query.get(name)]));
    store.dispatch({ type: 'auth/handleHostedLoginCallback', payload });
  },
};
