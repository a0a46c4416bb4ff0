import type { Finding } from '#flow/inspection/check.ts'
import type { HtmlView } from '#ground/mail/html-view.ts'

/** What a script uses to put a file together that no gateway has seen. */
const assembles = /\batob\s*\(|\bnew\s+Blob\b|msSaveOrOpenBlob|createObjectURL|data:application\/|Uint8Array/i
const readLength = 256 << 10

/** Scripts in the message itself: mail programs run none, so whoever sends one counts on another reader. */
export function findScripts(html: readonly HtmlView[]): Finding[] {
  const scripts = html.map((view) => view.scripts.slice(0, readLength)).filter((each) => each.trim() !== '')
  if (scripts.length === 0) return []
  const isSmuggling = scripts.some((each) => assembles.test(each))
  return [
    {
      check: 'content',
      code: 'script-in-message',
      weight: isSmuggling ? 140 : 30,
      kind: 'phishing',
      text: isSmuggling
        ? 'A script in the message puts a file together.'
        : 'The message holds a script, which mail has no use for.',
    },
  ]
}
