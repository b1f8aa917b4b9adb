import { render } from 'preact';
import { LocationProvider } from 'preact-iso';
import { App } from './app.tsx';
import './style.css';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');
render(
  <LocationProvider scope="/console">
    <App />
  </LocationProvider>,
  root,
);
