/** Files that a text carries in the way of before MIME; mail programs still show them as attachments. */
const limits = { files: 50, bytes: 4 << 20 } as const

/** The uuencoded files in a text. */
export function readUuencoded(text: string): { name: string; bytes: Buffer }[] {
  const files: { name: string; bytes: Buffer }[] = []
  for (const match of text.matchAll(/^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,200})\r?\n/gm)) {
    if (files.length >= limits.files) break
    const bytes = readLines(text, match.index + match[0].length)
    // A sentence may begin so too.
    if (bytes.length > 0) files.push({ name: match[1]!.trim(), bytes })
  }
  return files
}

/** A line begins with how many bytes it makes; three bytes are four letters of six bits above the blank. */
function readLines(text: string, at: number): Buffer {
  const out: Buffer[] = []
  let total = 0
  while (at < text.length && total < limits.bytes) {
    const next = text.indexOf('\n', at)
    const line = text.slice(at, next < 0 ? text.length : Math.min(next, at + 200)).trimEnd()
    const count = (line.charCodeAt(0) - 32) & 63
    if (line === '' || line.startsWith('end') || count === 0 || line.length - 1 > 64) break
    const made = readLine(line, count)
    out.push(made)
    total += made.length
    if (next < 0) break
    at = next + 1
  }
  return Buffer.concat(out)
}

function readLine(line: string, count: number): Buffer {
  const made = Buffer.alloc(Math.ceil(count / 3) * 3)
  for (let letter = 1, to = 0; to < made.length; letter += 4, to += 3) {
    const bits = [0, 1, 2, 3].reduce((sum, each) => (sum << 6) | valueAt(line, letter + each), 0)
    made.writeUIntBE(bits & 0xffffff, to, 3)
  }
  return made.subarray(0, count)
}

/** Blanks at the end of a line get lost on the way; they mean 0. */
function valueAt(line: string, at: number): number {
  const code = line.charCodeAt(at)
  return Number.isNaN(code) ? 0 : (code - 32) & 63
}
