import { useLocation } from 'preact-iso';

/** Returns the values in the address, and a function that changes some of them. Filters stand there, so that what is seen can be linked. */
export function useQueryString(): {
  query: Readonly<Record<string, string | undefined>>;
  set: (change: Readonly<Record<string, string | undefined>>) => void;
} {
  const { path, query, route } = useLocation();
  return {
    query,
    set(change) {
      const values = Object.entries({ ...query, ...change }).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '');
      const text = new URLSearchParams(values).toString();
      route(text === '' ? path : `${path}?${text}`);
    },
  };
}
