import { getHeapStatistics } from 'node:v8';

/** Descriptors kept free for the database, mail and text messages, the log, and files that libraries open. */
const reservedDescriptors = 128;
/** Heap that one connection may need: its parser, the largest headers and the start of a body. */
const bytesPerConnection = 65_536;

/** What bounds the connections of the process. */
export interface Capacity {
  /** Most files and sockets the process may have open. Infinite if the system sets no limit. */
  descriptors: number;
  /** Size up to which the heap may grow, in bytes. */
  heapBytes: number;
}

/**
 * Returns how many connections clients may hold, so that neither descriptors nor memory run out. Without descriptors the process
 * could reach neither its database nor its providers.
 */
export const connectionsWithin = ({ descriptors, heapBytes }: Capacity): number =>
  Math.max(1, Math.floor(Math.min(Math.max(descriptors - reservedDescriptors, descriptors / 2), heapBytes / bytesPerConnection)));

/** Returns the limits of this process. Node raises the limit of descriptors to the highest one allowed when it starts. */
export function capacityOfProcess(): Capacity {
  const facts = process.report?.getReport() as { userLimits?: { open_files?: { soft?: number | string } } } | undefined;
  const soft = facts?.userLimits?.open_files?.soft;
  return { descriptors: typeof soft === 'number' ? soft : Number.POSITIVE_INFINITY, heapBytes: getHeapStatistics().heap_size_limit };
}
