import { renderToString } from 'preact-render-to-string';
import { textIn } from './messages/text.ts';
import { PageContextProvider } from './parts/context.ts';
import { Document } from './parts/document.tsx';
import type { Frame, View } from './view.ts';

/** Returns the document of a page. All texts of the model are escaped, because some of them are of strangers. */
export function renderPage<Model>(view: View<Model>, model: Model, frame: Frame): string {
  const text = textIn(frame.language);
  const { Provider } = PageContextProvider;
  // A component of its own, because parts that read the context have to stand below its provider.
  const Body = () => <>{view.body(model)}</>;
  return `<!doctype html>\n${renderToString(
    <Provider value={{ text, problem: frame.problem, captcha: frame.captcha, service: frame.branding.name }}>
      <Document frame={frame} title={view.title(text, model)}>
        <Body />
      </Document>
    </Provider>,
  )}\n`;
}
