import { type FileLink, type FileSign, type Insight, linkLimits } from './file-sign.ts'
import { findProgram } from './program.ts'

/** Bounds of one RTF file: objects in it, and bytes of each. */
const limits = { objects: 50, object: 4 << 20, text: 8 << 20 } as const

/** Looks into an RTF file: objects in it, fields with links, and templates from elsewhere. */
export function lookIntoRtf(bytes: Buffer): Insight {
  const text = bytes.toString('latin1', 0, limits.text)
  const objects = readObjects(text)
  const signs: FileSign[] = []
  if (
    /equation\.[23]/i.test(text) ||
    objects.some((each) => /equation\.[23]/i.test(each.toString('latin1', 0, 200)))
  )
    signs.push('equation')
  if (/\{\\\*\\template[ ]{0,5}(?:https?:|\\\\\\\\|ftp:)/i.test(text)) signs.push('external-template')
  if (/\\fldinst[^}]{0,100}\bDDE/.test(text)) signs.push('dde')
  const files = objects.flatMap((each) => {
    const program = findProgram(each)
    return program ? [{ name: '', bytes: program }] : oleWithin(each)
  })
  if (files.length > 0) signs.push('embedded-file')
  return { signs, links: findLinks(text), files }
}

/** Bytes of objects: hexadecimal digits after `\objdata`, with blanks and control words between them. */
function readObjects(text: string): Buffer[] {
  const objects: Buffer[] = []
  let at = text.indexOf('\\objdata')
  while (at >= 0 && objects.length < limits.objects) {
    const next = text.indexOf('\\objdata', at + 8)
    const end = Math.min(next < 0 ? text.length : next, at + 8 + limits.object * 2)
    const digits = text
      .slice(at + 8, end)
      .replace(/\\[a-z]{1,32}-?\d{0,10} ?/gi, '')
      .replace(/[^0-9a-fA-F]/g, '')
    objects.push(Buffer.from(digits, 'hex'))
    at = next
  }
  return objects
}

function oleWithin(bytes: Buffer): { name: string; bytes: Buffer }[] {
  const at = bytes.indexOf('d0cf11e0a1b11ae1', 0, 'hex')
  return at < 0 ? [] : [{ name: '', bytes: bytes.subarray(at) }]
}

function findLinks(text: string): FileLink[] {
  const links = new Set<string>()
  for (const [, url = ''] of text.matchAll(/HYPERLINK[ ]{1,20}"([^"\r\n]{1,4096})"/g)) {
    if (links.size >= linkLimits.links) break
    links.add(url)
  }
  return [...links].map((url) => ({ url, from: 'rtf' }))
}
