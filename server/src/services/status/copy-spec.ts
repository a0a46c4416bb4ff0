/** A place that the status page is copied to. */
export interface CopySpec {
  /** How it is called in alarms: the folder, or the address. */
  readonly name: string
  readonly kind: 'folder' | 'web'
  /** File with the token; null: it wants none. */
  readonly tokenFile: string | null
}

/** Reads a line of the setting `status.copies`: FOLDER, or URL [TOKENFILE]. */
export function parseCopySpec(text: string): CopySpec {
  if (text.startsWith('/')) {
    const name = text.length > 1 && text.endsWith('/') ? text.slice(0, -1) : text
    return { name, kind: 'folder', tokenFile: null }
  }
  const [url = '', tokenFile = null] = text.split(' ')
  return { name: url.endsWith('/') ? url : `${url}/`, kind: 'web', tokenFile }
}
