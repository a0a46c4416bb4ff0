import { readFileSync } from 'node:fs'
import { UseError } from './arguments.ts'

/**
 * A rule as it is typed: conditions such as `subject contains invoice`, `header x-mailer is bulk`, `sender in @FILE`,
 * actions such as `quarantine`, `add-score 50`, `header X-Note: seen`. Whether it is a rule others decide.
 */
export function ruleOfWords(words: {
  readonly name: string
  readonly direction: string
  readonly conditions: readonly string[]
  readonly exceptions: readonly string[]
  readonly actions: readonly string[]
}): object {
  const { name, direction, conditions, exceptions, actions } = words
  return {
    name,
    direction,
    conditions: conditions.map(readCondition),
    exceptions: exceptions.map(readCondition),
    actions: actions.map(readAction),
  }
}

function readCondition(text: string): object {
  const [, field = '', rest = ''] = /^\s*(\S+)\s+(.*)$/s.exec(text) ?? []
  const [, header, tail = ''] =
    field === 'header' ? (/^(\S+?):?\s+(.*)$/s.exec(rest) ?? []) : ['', undefined, rest]
  const [, test = '', value = ''] = /^(\S+)\s+(.*)$/s.exec(tail) ?? []
  if (test === '')
    throw new UseError(`"${text}" is no condition; write FIELD TEST VALUE, such as subject contains invoice`)
  const values = value.startsWith('@') && test !== 'matches' ? readLines(value.slice(1)) : [value]
  return { field, test, values, ...(header !== undefined && { header }) }
}

/** One value a line; blank lines and those with # do not count. */
function readLines(path: string): string[] {
  try {
    const lines = readFileSync(path, 'utf8').split(/\r?\n/)
    return lines.map((each) => each.trim()).filter((each) => each !== '' && !each.startsWith('#'))
  } catch (cause) {
    throw new UseError(`${path}: ${(cause as Error).message}`)
  }
}

function readAction(text: string): object {
  const [, what = '', rest = ''] = /^\s*(\S+)\s*(.*)$/s.exec(text) ?? []
  switch (what) {
    case 'add-score':
      return { do: what, points: Number(rest) }
    case 'subject':
      return { do: what, prefix: rest }
    case 'remove-header':
      return { do: what, name: rest.replace(/:$/, '') }
    case 'header': {
      const [, name = '', value = ''] = /^([^:\s]+)\s*:\s*(.*)$/s.exec(rest) ?? []
      return { do: what, name, value }
    }
    case 'footer':
    case 'footer-once':
      return { do: 'footer', ...readFooter(rest), once: what === 'footer-once' }
    case 'copy':
    case 'redirect':
      return { do: what, to: rest.trim() }
    case 'require-tls':
      return { do: what, verify: rest.trim() === 'verify' }
    case 'strip-attachment': {
      const words = rest.split(/[\s,]+/).filter((each) => each !== '')
      const isEnding = (each: string) => /^\*?\./.test(each)
      const endings = words.filter(isEnding).map((each) => each.replace(/^\*/, ''))
      return { do: what, types: words.filter((each) => !isEnding(each)), endings }
    }
    default:
      return { do: what }
  }
}

/** The text itself, or @FILE, and behind it maybe @FILE with the same as a page. */
function readFooter(rest: string): { readonly text: string; readonly html: string | null } {
  if (!rest.startsWith('@')) return { text: rest, html: null }
  const [text = '', html] = rest
    .slice(1)
    .split(' @')
    .map((each) => readWhole(each.trim()))
  return { text, html: html ?? null }
}

function readWhole(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new UseError(`${path}: ${(cause as Error).message}`)
  }
}
