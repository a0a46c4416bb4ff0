/** Values within each other: nothing of the contract comes near, and what lies much deeper cannot be written out again. */
export const deepest = 100

const [quote, backslash, openList, closeList, openObject, closeObject] = [...'"\\[]{}'].map((each) =>
  each.charCodeAt(0),
)

/** Whether JSON has more than `deepest` values within each other; a text of a megabyte takes a few milliseconds. */
export function isTooDeep(json: string): boolean {
  let depth = 0
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at)
    if (code === quote) at = endOfText(json, at)
    else if (code === openList || code === openObject) {
      depth += 1
      if (depth > deepest) return true
    } else if (code === closeList || code === closeObject) depth -= 1
  }
  return false
}

/** Where the text that begins at a quote ends. */
function endOfText(json: string, start: number): number {
  let at = start + 1
  while (at < json.length && json.charCodeAt(at) !== quote) at += json.charCodeAt(at) === backslash ? 2 : 1
  return at
}
