/** Values that make an element unseen, by style property; each with its reason in the pattern. */
const hidingStyles: Readonly<Record<string, RegExp>> = {
  display: /^none\b/,
  visibility: /^(?:hidden|collapse)\b/,
  opacity: /^0*(?:\.0\d*)?(?:$|[\s;!])/,
  'font-size': /^0*(?:[01](?:\.\d*)?|\.\d+)(?:px|pt|em|rem|%)?(?:$|[\s;!])/,
  'max-height': /^0(?:px|pt|em)?(?:$|[\s;!])/,
  'mso-hide': /^all\b/,
  color: /^transparent\b/,
}
/** A length in em is small only below a tenth: 1em is the size of the text around. */
const relativeSize = /(?:em|rem)\b/

/** Whether people do not see an element and what is in it, as far as its own attributes say. */
export function isHidden(name: string, attributes: Readonly<Record<string, string>>): boolean {
  if ('hidden' in attributes || (name === 'input' && attributes.type === 'hidden')) return true
  const { style } = attributes
  if (style === undefined || style.length > 5000) return false
  const properties = readStyle(style.toLowerCase())
  for (const property in hidingStyles) {
    const value = properties.get(property)
    if (value === undefined || !hidingStyles[property]!.test(value)) continue
    if (property === 'font-size' && relativeSize.test(value) && Number.parseFloat(value) > 0.1) continue
    return true
  }
  return isFarOutside(properties) || hasTheSameColours(properties)
}

function readStyle(style: string): Map<string, string> {
  const properties = new Map<string, string>()
  for (const each of style.split(';')) {
    const colon = each.indexOf(':')
    if (colon > 0) properties.set(each.slice(0, colon).trim(), each.slice(colon + 1).trim())
  }
  return properties
}

/** Moved out of what a screen shows. */
function isFarOutside(properties: ReadonlyMap<string, string>): boolean {
  if (properties.get('position') !== 'absolute' && !properties.has('text-indent')) return false
  return ['left', 'top', 'text-indent'].some((each) => Number.parseFloat(properties.get(each) ?? '') <= -999)
}

function hasTheSameColours(properties: ReadonlyMap<string, string>): boolean {
  const [text, ground] = [
    properties.get('color'),
    properties.get('background-color') ?? properties.get('background'),
  ]
  return text !== undefined && ground !== undefined && normalColour(text) === normalColour(ground)
}

function normalColour(colour: string): string {
  const word = colour.replace('!important', '').replace(/\s+/g, '')
  if (word === 'white') return '#ffffff'
  if (word === 'black') return '#000000'
  return /^#[0-9a-f]{3}$/.test(word) ? `#${[...word.slice(1)].map((each) => each + each).join('')}` : word
}
