import { defineConfig } from 'vite';

/** How the console is built. Everything becomes a file of its own, because the content security policy allows nothing inline. */
export default defineConfig({
  base: '/console/',
  publicDir: false,
  build: {
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
});
