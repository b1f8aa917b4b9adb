import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import type { HashedFile } from '../http/hashed-files.ts';
import { hashedFile, hashOf, sendHashedFile } from '../http/hashed-files.ts';
import { brandStyle } from './brand-style.ts';
import type { PageFiles } from './view.ts';

/** Where the files of the pages are. */
export const filesPath = '/oauth/account/assets';

/** Serves what the pages load, and says where it is. */
export interface FilesOfPages {
  /** Returns the paths for a page, with the style sheet for a color. Null is for no color. */
  pathsFor(primaryColor: string | null): Promise<PageFiles>;
}

interface Built {
  files: ReadonlyMap<string, HashedFile>;
  style: string;
  script: string;
}

const brandName = /^brand-([0-9a-f]{6})-([0-9a-f]{16})\.css$/;
const brandNameOf = (color: string, style: string): string => `brand-${color.slice(1).toLowerCase()}-${hashOf(Buffer.from(style))}.css`;

/** Serves the script, the style sheet and the style sheets of colors. The files are read at the first visit. */
export function mountFiles(app: FastifyInstance): FilesOfPages {
  let loading: Promise<Built> | undefined;
  const load = (): Promise<Built> => {
    loading ??= readBuilt().catch((error: unknown) => {
      // The next visit tries again, because a build may just be writing the files.
      loading = undefined;
      throw error;
    });
    return loading;
  };
  app.get<{ Params: { name: string } }>(`${filesPath}/:name`, async (request, reply) => {
    const { name } = request.params;
    return sendHashedFile(request, reply, (await load()).files.get(name) ?? (await brandFile(name)));
  });
  return {
    async pathsFor(primaryColor) {
      const { style, script } = await load();
      const brand = primaryColor === null ? null : brandStyle(primaryColor);
      return {
        style: `${filesPath}/${style}`,
        script: `${filesPath}/${script}`,
        brandStyle: primaryColor === null || brand === null ? null : `${filesPath}/${brandNameOf(primaryColor, brand)}`,
      };
    },
  };
}

/**
 * Returns the style sheet that a name stands for. The name says the color, so every instance can make the file, also one that has not heard of
 * the color yet. A hash that does not fit is of another release.
 */
async function brandFile(name: string): Promise<HashedFile | undefined> {
  const color = `#${brandName.exec(name)?.[1] ?? ''}`;
  const style = brandStyle(color);
  return style === null || brandNameOf(color, style) !== name ? undefined : hashedFile(name, Buffer.from(style));
}

/** Reads the built files. They lie beside what is built of this file, or in `dist` if this file runs as it is. */
async function readBuilt(): Promise<Built> {
  const folder = new URL(import.meta.url.endsWith('.ts') ? '../../dist/pages/' : '../pages/', import.meta.url);
  const hashed = async (file: string, extension: string): Promise<readonly [string, HashedFile]> => {
    const content = await readFile(new URL(file, folder));
    const name = `pages-${hashOf(content)}.${extension}`;
    return [name, await hashedFile(name, content)];
  };
  const [style, script] = await Promise.all([hashed('style.css', 'css'), hashed('main.js', 'js')]);
  return { files: new Map([style, script]), style: style[0], script: script[0] };
}
