import { writeFile } from 'node:fs/promises';
import { renderContracts } from '../contracts.ts';

for (const [path, content] of Object.entries(await renderContracts())) await writeFile(new URL(`../../${path}`, import.meta.url), content);
