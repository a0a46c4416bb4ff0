import type { Check } from '#flow/inspection/check.ts'
import { holdsEicar } from '#ground/files/eicar.ts'
import type { FileReport } from '#ground/files/file-report.ts'
import { type Mark, toFindings } from './file-findings.ts'
import { judgeFile } from './judge-file.ts'

/** Files that the trace of a message names. */
const shownFiles = 50

/**
 * Looks at attached files and at files within them: what they are by their bytes, what they do when they are opened,
 * and what could not be looked at. Costs next to nothing where a message has no files.
 */
export const files: Check = {
  name: 'files',
  async run(message) {
    const { texts } = await message.content()
    const reports = await message.attached()
    const siblings = countSiblings(reports)
    const marks = reports.flatMap((each) => judgeFile(each, siblings.get(each.path) ?? 0))
    if (texts.some((each) => holdsEicar(each.text)))
      marks.push({ code: 'eicar-test-file', weight: 0, file: 'text of the message' } satisfies Mark)
    return { findings: toFindings(marks), facts: reports.length === 0 ? {} : { files: describe(reports) } }
  },
}

/** How many texts, pages and scripts lie beside each other in an archive, by its path; attachments have no siblings. */
function countSiblings(reports: readonly FileReport[]): ReadonlyMap<readonly string[], number> {
  const counts = new Map<readonly string[], number>()
  for (const { path, type } of reports)
    if (path.length > 0 && sources.has(type.family)) counts.set(path, (counts.get(path) ?? 0) + 1)
  return counts
}

/** What the source of a program, or a saved page, consists of. Pictures beside a script make it no better. */
const sources: ReadonlySet<string> = new Set(['text', 'html', 'script'])

function describe(reports: readonly FileReport[]) {
  return reports.slice(0, shownFiles).map(({ name, path, type, size, signs }) => ({
    name: [...path, name].join(' > ').slice(-300),
    type: type.name,
    size,
    signs: [...signs],
  }))
}
