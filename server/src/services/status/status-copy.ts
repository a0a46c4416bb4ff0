import type { StatusFile } from './render-status.ts'

/** A place that takes files of the status page. Each is there whole or as it was before. */
export interface StatusCopy {
  /** @throws Error that says in words what is wrong with the place */
  put(path: string, file: StatusFile): Promise<void>
  /** What is not there is no fault. */
  remove(path: string): Promise<void>
  /** Whether it has a file; absent: a place that is not asked. */
  holds?(path: string): Promise<boolean>
}
