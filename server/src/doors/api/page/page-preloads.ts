/** Files of one page of the console, by the pattern of its address. */
export interface PagePreloads {
  /** Such as `/tenants/:tenant`. */
  readonly path: string
  /** Scripts and styles, below the root. */
  readonly files: readonly string[]
}

/** Who asks is the first question of every page. */
const firstQuestion = '/api/v1/me'

/** Elements for the head of the page at `path`: what its script would ask for later, asked for at once. */
export function preloadLinks(pages: readonly PagePreloads[], path: string): string {
  const page = pages.find((each) => isAt(each.path, path))
  const links = (page?.files ?? []).map((file) =>
    file.endsWith('.css')
      ? `<link rel="preload" as="style" crossorigin href="/${file}">`
      : `<link rel="modulepreload" crossorigin href="/${file}">`,
  )
  return [`<link rel="preload" as="fetch" crossorigin href="${firstQuestion}">`, ...links].join('')
}

function isAt(pattern: string, path: string): boolean {
  const [wanted, found] = [pattern.split('/'), path.split('/')]
  return (
    wanted.length === found.length &&
    wanted.every((each, i) => each === found[i] || (each.startsWith(':') && found[i] !== ''))
  )
}
