import { basename, join } from 'node:path'

/** Folder of content that rows of the database name, within the folder of all data. */
export const bodiesFolder = 'bodies'

/**
 * Where the content of a message lies. Rows keep the bare name, so that a data folder can be moved, or restored
 * somewhere else, with everything in it; the whole path that older rows have is read the same way.
 */
export function bodyPath(dataFolder: string, name: string): string {
  return join(dataFolder, bodiesFolder, basename(name))
}
