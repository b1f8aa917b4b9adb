import { AdminPortal, FronteggProvider, useAuth } from '@frontegg/react';
import { createElement } from 'react';
import { render } from 'react-dom';

/*
 * The smallest application that somebody would write with Frontegg's library for React: it shows who is logged in and opens the portal,
 * and leaves all screens to the library. The document that loads it holds the options.
 */
function Home() {
  const { user, isAuthenticated } = useAuth((state) => state);
  if (!isAuthenticated) return createElement('a', { id: 'log-in', href: '/account/login' }, 'Log in');
  return createElement(
    'main',
    null,
    createElement('p', { id: 'who' }, user.email),
    createElement('button', { id: 'settings', type: 'button', onClick: () => AdminPortal.show() }, 'Settings'),
    createElement('a', { id: 'log-out', href: '/account/logout' }, 'Log out'),
  );
}

const root = document.getElementById('root');
render(createElement(FronteggProvider, { contextOptions: JSON.parse(root.dataset.options) }, createElement(Home)), root);
