/*
 * Version 7 of the library loads a script from Frontegg at run time, which no registry has. In hosted login the library needs it for one
 * thing: at the address of the answer it hands over the code. This does that as the last version does whose script was published (5.79.0
 * of the portal), which the tests run whole.
 */
window.FronteggLoginBox = {
  render(_element, { injector, options }) {
    const path = options.urlStrategy === 'hash' ? (location.hash || '#').slice(1).split('?')[0] : location.pathname;
    if (path !== `${options.basename ?? ''}/oauth/callback`) return;
    const query = new URLSearchParams(location.search);
    const payload = Object.fromEntries(['code', 'state', 'nonce'].map((name) => [name, query.get(name)]));
    injector.store.dispatch({ type: 'auth/handleHostedLoginCallback', payload });
  },
};
