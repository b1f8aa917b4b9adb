/** A script for the browser that starts the page after it has told the editor where its workers are. */
export const startScript = `(() => {
  'use strict';
  const { workers, ...options } = JSON.parse(document.getElementById('options').textContent);
  self.MonacoEnvironment = { globalAPI: false, getWorkerUrl: (_module, label) => workers[label] || workers.editorWorkerService };

  // Tabs are not kept: they hold tokens, and a reload brings fresh ones. How the page looks is kept.
  const forgotten = new Set(['tabState', 'query', 'variables', 'headers', 'shouldPersistHeaders'].map((name) => 'graphiql:' + name));
  const storage = {
    getItem: (key) => (forgotten.has(key) ? null : localStorage.getItem(key)),
    setItem: (key, value) => { if (!forgotten.has(key)) localStorage.setItem(key, value); },
    removeItem: (key) => localStorage.removeItem(key),
    clear: () => { for (const key of Object.keys(localStorage)) if (key.startsWith('graphiql:')) localStorage.removeItem(key); },
    get length() { return Object.keys(localStorage).filter((key) => key.startsWith('graphiql:')).length; },
  };

  addEventListener('DOMContentLoaded', () => {
    YogaGraphiQL.renderYogaGraphiQL(document.getElementById('root'), {
      ...options,
      title: 'Sallyport',
      shouldPersistHeaders: false,
      defaultEditorToolsVisibility: 'variables',
      storage,
      // GraphiQL would write each document into the address bar, and so into the history of the browser.
      onEditQuery: () => undefined,
    });
  });
})();`;
