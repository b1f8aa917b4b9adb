/** A part of the script for the browser: what the page was given, and where the editor finds its workers. It comes first. */
export const optionsScript = `
  const options = JSON.parse(document.getElementById('options').textContent);
  const { workers, carried, ...settings } = options;
  self.MonacoEnvironment = { globalAPI: true, getWorkerUrl: (_module, label) => workers[label] || workers.editorWorkerService };
`;

/** A part of the script for the browser: it starts the page. It comes last. */
export const startScript = `
  // Tabs are not kept: they hold tokens, and a reload brings fresh ones. How the page looks is kept.
  const forgotten = new Set(['tabState', 'query', 'variables', 'headers', 'shouldPersistHeaders'].map((name) => 'graphiql:' + name));
  for (const key of forgotten) localStorage.removeItem(key);
  const storage = {
    getItem: (key) => (forgotten.has(key) ? null : localStorage.getItem(key)),
    setItem: (key, value) => { if (!forgotten.has(key)) localStorage.setItem(key, value); },
    removeItem: (key) => localStorage.removeItem(key),
    clear: () => { for (const key of Object.keys(localStorage)) if (key.startsWith('graphiql:')) localStorage.removeItem(key); },
    get length() { return Object.keys(localStorage).filter((key) => key.startsWith('graphiql:')).length; },
  };

  addEventListener('DOMContentLoaded', () => {
    monaco.editor.onDidCreateModel(fillWhenOpened);
    YogaGraphiQL.renderYogaGraphiQL(document.getElementById('root'), {
      ...settings,
      title: 'Sallyport',
      shouldPersistHeaders: false,
      defaultEditorToolsVisibility: 'variables',
      storage,
      // GraphiQL would write each document into the address bar, and so into the history of the browser.
      onEditQuery: () => undefined,
    });
  });
`;
