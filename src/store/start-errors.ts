import { faultOf, OwnError } from '../domain/fault.ts';

/** Runs `open`, and throws what is wrong with the PostgreSQL server in words that name host, port, database and setting, but no password. */
export async function namingServer<T>(url: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof OwnError) throw error;
    const code = codeOf(error);
    throw new OwnError(`PostgreSQL at ${placeOf(url)} cannot be used: ${reasonOfServer(code)} (${code ?? faultOf(error).name}). Check DATABASE_URL.`);
  }
}

const codeOf = (error: unknown): string | undefined => faultOf(error).code;

function reasonOfServer(code: string | undefined): string {
  if (code === undefined) return 'it does not answer as a PostgreSQL server should';
  if (/^(ECONN|ETIMEDOUT|EHOST|ENET|EPIPE|ENOENT)/.test(code)) return 'nothing answers there';
  if (/^(ENOTFOUND|EAI_AGAIN)$/.test(code)) return 'the host name cannot be resolved';
  if (/^28/.test(code)) return 'it refuses the user or the password';
  if (code === '3D000') return 'the database does not exist';
  if (code === '53300') return 'it has too many connections';
  return code === '42501' ? 'the user may not create tables there' : 'it refuses what the start needs';
}

/** Returns host, port and database of the URL, without user and password. */
function placeOf(url: string): string {
  const { hostname, port, pathname, searchParams } = new URL(url);
  const host = hostname === '' ? (searchParams.get('host') ?? 'localhost') : hostname;
  return `${host}:${port === '' ? 5432 : port}, database "${decodeURIComponent(pathname.slice(1))}",`;
}
