import { masterKeyFileOf } from '../app.ts';
import { readConfig } from '../config/config.ts';
import type { KeyTools } from '../key-tools.ts';
import { openKeyTools } from '../key-tools.ts';
import { openPorts } from '../platform/index.ts';
import type { Surroundings } from './command.ts';
import { refusalOf } from './refusal.ts';

/**
 * Opens the database that the settings name, works on its keys and closes it. It stands in a file of its own, because it loads most of the
 * server. Nothing is logged, because the log would stand among the results.
 */
export async function withKeyTools(env: Surroundings['env'], work: (tools: KeyTools) => Promise<void>): Promise<void> {
  try {
    const config = readConfig({ ...env, LOG_LEVEL: 'silent' });
    const tools = await openKeyTools(config, await openPorts(config, masterKeyFileOf(config)));
    try {
      await work(tools);
    } finally {
      await tools.close();
    }
  } catch (error) {
    throw refusalOf(error);
  }
}
