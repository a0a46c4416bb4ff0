/** A value of CSS that asks for nothing and moves nothing: words, numbers, lengths, colours. */
const plainValue = /^[a-z0-9#%.,\s!'"-]*$/i
const colourFunction = /\b(?:rgb|rgba|hsl|hsla)\([0-9.,%\s/]{1,60}\)/gi
const longest = 200

const lengths = new Set(
  'margin margin-top margin-right margin-bottom margin-left padding padding-top padding-right padding-bottom padding-left width max-width min-width height max-height min-height line-height font-size letter-spacing border-width border-spacing border-radius text-indent'.split(
    ' ',
  ),
)
const plain = new Set(
  'color background-color font font-family font-style font-weight font-variant text-align text-decoration text-transform vertical-align float clear border border-top border-right border-bottom border-left border-style border-color border-collapse list-style-type white-space word-break word-wrap overflow-wrap table-layout direction'.split(
    ' ',
  ),
)
const displays = new Set(
  'none block inline inline-block table table-row table-cell table-row-group list-item'.split(' '),
)

/** What is left of a `style` attribute, and the names of what was taken out. */
export interface SafeStyle {
  readonly css: string
  readonly removed: readonly string[]
}

/**
 * Keeps of a `style` attribute what paints text and boxes where they stand. An address, an escape, a comment or a
 * function other than a colour makes its declaration fall; so does everything that moves a box over others.
 */
export function safeStyle(style: string): SafeStyle {
  const kept: string[] = []
  const removed = new Set<string>()
  for (const declaration of style.slice(0, 4000).split(';')) {
    const colon = declaration.indexOf(':')
    if (colon < 0) continue
    const name = declaration.slice(0, colon).trim().toLowerCase()
    const value = declaration.slice(colon + 1).trim()
    const property = name === 'background' ? 'background-color' : name
    if (isSafe(property, value)) kept.push(`${property}:${value.replaceAll('"', "'")}`)
    else removed.add(/^[a-z-]{1,40}$/.test(name) ? name : 'declaration')
  }
  return { css: kept.slice(0, 60).join(';'), removed: [...removed] }
}

function isSafe(name: string, value: string): boolean {
  if (value === '' || value.length > longest) return false
  if (!plainValue.test(value.replace(colourFunction, ''))) return false
  // A quotation left open would take in what follows.
  if (count(value, "'") % 2 !== 0 || count(value, '"') % 2 !== 0) return false
  if (name === 'display') return displays.has(value.toLowerCase())
  if (lengths.has(name)) return !/(?:^|\s)-/.test(value) && !/\d{5}/.test(value)
  return plain.has(name)
}

function count(text: string, letter: string): number {
  return text.split(letter).length - 1
}
