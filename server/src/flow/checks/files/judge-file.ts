import { readFileName } from '#ground/files/file-name.ts'
import type { FileReport } from '#ground/files/file-report.ts'
import type { FileSign } from '#ground/files/file-sign.ts'
import type { Mark } from './file-findings.ts'

type Code = Mark['code']

/** Weight of each sign that weighs the same in every file. */
const signWeights: Partial<Record<FileSign, readonly [code: Code, weight: number]>> = {
  eicar: ['eicar-test-file', 0],
  macros: ['office-macros', 60],
  'auto-macros': ['office-auto-macros', 140],
  'sheet-macros': ['office-sheet-macros', 120],
  'external-template': ['office-external-template', 120],
  'external-object': ['office-external-object', 200],
  dde: ['office-dde', 80],
  'pdf-script': ['pdf-script', 20],
  'pdf-launch': ['pdf-launch', 150],
  'too-deep': ['archive-too-deep', 0],
  'too-many': ['archive-too-many-files', 0],
  'too-large': ['file-too-large', 0],
  large: ['file-large', 0],
  overlapping: ['archive-overlapping', 200],
  polyglot: ['file-polyglot', 100],
}

/** Families that are no programs though their names end so: `example.com` is often a text or a picture. */
const neverRuns = new Set(['document', 'image', 'media', 'text', 'message', 'html'])
const ambiguousEndings = new Set(['com', 'sys', 'application', 'pkg', 'gadget', 'elf'])
/** Shortcuts that start something at once, or show what lies elsewhere as if it lay here. */
const graveShortcuts = new Set(
  'lnk scf library-ms search-ms searchconnector-ms settingcontent-ms appref-ms diagcab'.split(' '),
)
const macroEndings = new Set('docm dotm xlsm xltm xlam pptm potm ppsm ppam sldm'.split(' '))
const oldArchives: ReadonlyMap<string, number> = new Map([
  ['ace', 200],
  ['arj', 200],
  ['lzh', 150],
])

/**
 * What speaks against one file.
 * @param siblings how many texts, pages and scripts lie in the same archive; 0 for an attachment itself
 */
export function judgeFile(report: FileReport, siblings: number): Mark[] {
  const marks: Mark[] = []
  const file = [...report.path, report.name].join(' > ').slice(-300)
  const mark = (code: Code, weight: number) => marks.push({ code, weight, file })
  for (const sign of report.signs) {
    const known = signWeights[sign]
    if (known) mark(...known)
  }
  judgeKind(report, siblings, mark)
  judgeName(report, mark)
  judgePage(report, mark)
  judgeArchive(report, mark)
  return marks
}

type Say = (code: Code, weight: number) => void

/** Programs, scripts, shortcuts, disk images: by their bytes, or by the name that a system goes by. */
function judgeKind(report: FileReport, siblings: number, mark: Say): void {
  const { family, name } = report.type
  const { family: named, ending } = readFileName(report.name)
  const isPlain = family === 'text' || family === 'data'
  if (
    family === 'executable' ||
    (named === 'executable' && !(neverRuns.has(family) && ambiguousEndings.has(ending)))
  )
    mark('executable-file', 300)
  // Among texts and pages a script is mostly part of a program's source.
  else if (named === 'script' && (isPlain || family === 'script' || family === 'html'))
    mark('script-file', siblings > 5 ? 40 : 250)
  else if (name === 'lnk' || (isPlain && graveShortcuts.has(ending)) || leadsToShare(report))
    mark('shortcut-file', 300)
  else if (family === 'shortcut' || (named === 'shortcut' && isPlain))
    mark('shortcut-file', siblings > 5 ? 20 : 100)
  else if (family === 'disk-image' || (named === 'disk-image' && isPlain)) mark('disk-image', 200)
  // What cannot be looked into may have what its name promises.
  if (macroEndings.has(ending) && (isPlain || report.signs.has('encrypted'))) mark('office-macros', 60)
  if (report.signs.has('equation') && name === 'rtf') mark('rtf-equation-object', 150)
}

/** A shortcut to a file on a share: opening it signs in there, and runs what lies there. */
function leadsToShare({ type, links }: FileReport): boolean {
  return type.family === 'shortcut' && links.some(({ url }) => /^(?:file:|\\\\)/i.test(url))
}

function judgeName(report: FileReport, mark: Say): void {
  const name = readFileName(report.name)
  if (name.turns) mark('deceptive-file-name', 200)
  else if (name.isDouble) mark('deceptive-file-name', name.family === 'html' ? 80 : 200)
  const { family } = report.type
  const isDisguise = name.family === 'image' || name.family === 'media' || name.ending === 'pdf'
  if (isDisguise && ['executable', 'script', 'shortcut', 'archive', 'html', 'disk-image'].includes(family))
    if (report.type.name !== 'svg' || name.ending === 'pdf')
      // A picture made of SVG is a picture.
      mark('file-type-mismatch', 80)
}

/** Attached web pages. Plain ones are ordinary: statements, reports, saved pages. */
function judgePage({ type, signs }: FileReport, mark: Say): void {
  if (type.family !== 'html') return
  if (type.name === 'svg' && signs.has('html-script')) mark('svg-script', 200)
  else if (signs.has('html-script')) mark('html-attachment-script', 60)
  if (signs.has('html-smuggling')) mark('html-attachment-smuggling', 140)
  if (signs.has('html-password')) mark('html-attachment-password', 200)
}

function judgeArchive({ type, signs }: FileReport, mark: Say): void {
  const isArchive = type.family === 'archive' || type.name === 'jar'
  if (signs.has('encrypted') && isArchive) mark('encrypted-archive', 600)
  else if (signs.has('encrypted')) mark('encrypted-document', 600)
  // Many banks set a password that only forbids printing: everybody can open these, and so can we.
  else if (signs.has('restricted')) mark('encrypted-document', 0)
  const old = oldArchives.get(type.name)
  if (old) mark('unusual-archive', old)
  else if (signs.has('not-read')) mark('archive-not-read', 40)
  if (signs.has('damaged') && isArchive) mark('archive-damaged', 20)
}
