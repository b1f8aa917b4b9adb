import type { HashedFile } from '../../http/hashed-files.ts';
import { hashedFile, hashOf } from '../../http/hashed-files.ts';
import { answerScript } from './answer-script.ts';
import { carryScript } from './carry-script.ts';
import { panelScript, panelStyle } from './panel-script.ts';
import { qrScript } from './qr-script.ts';
import { optionsScript, startScript } from './start-script.ts';

/** The files of the GraphiQL page by name, and their URLs. */
export interface GraphiqlAssets {
  files: Map<string, HashedFile>;
  urls: { css: string; start: string; graphiql: string; workers: { editorWorkerService: string; json: string; graphql: string } };
}

/**
 * Style that keeps the tabs in place. The tab strip measures itself before it is laid out and keeps wrong offsets. The
 * package hides them except for the focused tab, which jumped away from the pointer, so that the first click was lost.
 */
const steadyTabs = '.graphiql-tab{transform:none!important}';

/** The script of the page. Its parts share their names with each other, and with nothing else of the page. */
const pageScript = `(() => {\n  'use strict';\n${[optionsScript, panelScript, qrScript, carryScript, answerScript, startScript].join('')}})();`;

/** Reads the files of GraphiQL from its package and gives each a URL that changes with its content. */
export async function loadAssets(path: string): Promise<GraphiqlAssets> {
  const parts = await import('@graphql-yoga/render-graphiql/graphiql');
  const files: GraphiqlAssets['files'] = new Map();
  const add = async (name: string, extension: 'js' | 'css', content: string): Promise<string> => {
    const plain = Buffer.from(content, 'utf8');
    const file = `${name}-${hashOf(plain)}.${extension}`;
    files.set(file, await hashedFile(file, plain));
    return `${path}/${file}`;
  };
  const [css, start, graphiql, editorWorkerService, json, graphql] = await Promise.all([
    add('graphiql', 'css', `${parts.css}\n${steadyTabs}${panelStyle}`),
    add('start', 'js', pageScript),
    add('graphiql', 'js', parts.js),
    add('editor-worker', 'js', parts.editorWorkerService),
    add('json-worker', 'js', parts.jsonWorker),
    add('graphql-worker', 'js', parts.graphqlWorker),
  ]);
  return { files, urls: { css, start, graphiql, workers: { editorWorkerService, json, graphql } } };
}
