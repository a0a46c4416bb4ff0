import type { RuleAction, RuleCondition, RuleText } from '#flow/inspection/message-rule.ts'
import { OrderError } from '#services/ledger/order-error.ts'

/** What a template is filled with. */
export interface TemplateFilling {
  /** Domains of whoever the level belongs to. */
  readonly domains: readonly string[]
  /** What the writer gives: names, texts; see `needs`. */
  readonly given: readonly string[]
}

/** A wish that many have, ready to be made a rule. */
export interface RuleTemplate {
  readonly name: string
  readonly about: string
  /** What has to be given with it; null: nothing. */
  readonly needs: string | null
  readonly make: (filling: TemplateFilling) => Omit<RuleText, 'name'>
}

const programEndings = [
  '.exe',
  '.scr',
  '.com',
  '.pif',
  '.bat',
  '.cmd',
  '.ps1',
  '.vbs',
  '.js',
  '.jse',
  '.wsf',
  '.hta',
  '.lnk',
  '.msi',
  '.iso',
  '.img',
]

const when = (field: RuleCondition['field'], test: RuleCondition['test'], values: readonly string[]) => ({
  field,
  test,
  values,
})
const always = when('size', 'above', ['0'])
const quarantine: RuleAction = { do: 'quarantine' }

function inbound(
  conditions: readonly RuleCondition[],
  actions: readonly RuleAction[],
  exceptions: readonly RuleCondition[] = [],
): Omit<RuleText, 'name'> {
  return { direction: 'inbound', conditions, exceptions, actions }
}

/** Templates of `rule add --template`. */
export const ruleTemplates: readonly RuleTemplate[] = [
  {
    name: 'executable-attachments',
    about: 'sets mail aside that brings programs, scripts, shortcuts or disk images',
    needs: null,
    make: () =>
      inbound(
        [when('attachment-type', 'in', ['executable', 'script', 'shortcut', 'disk-image'])],
        [quarantine],
      ),
  },
  {
    name: 'strip-executables',
    about: 'takes programs, scripts, shortcuts and disk images out of mail, and archives that hold some',
    needs: null,
    make: () =>
      inbound(
        [always],
        [
          {
            do: 'strip-attachment',
            types: ['executable', 'script', 'shortcut', 'disk-image'],
            endings: programEndings,
          },
        ],
      ),
  },
  {
    name: 'external-subject',
    about: 'puts [External] before the subject of mail whose author is not of your domains',
    needs: null,
    make: ({ domains, given: [prefix = '[External]'] }) =>
      inbound([always], [{ do: 'subject', prefix }], [when('from', 'in', domains)]),
  },
  {
    name: 'vip-impersonation',
    about: 'sets mail aside that bears the name of one of yours and comes from elsewhere',
    needs: 'names of people, such as "Jane Doe"',
    make: ({ domains, given }) =>
      inbound(
        [{ field: 'header', header: 'from', test: 'contains', values: given }],
        [quarantine],
        [when('from', 'in', domains)],
      ),
  },
  {
    name: 'card-numbers-outbound',
    about: 'holds what your people send with the number of a payment card in it',
    needs: null,
    make: () => ({
      ...inbound([when('body', 'holds', ['card-number'])], [{ do: 'hold' }]),
      direction: 'outbound',
    }),
  },
  {
    name: 'personal-data-outbound',
    about: 'holds what your people send with bank accounts or national numbers of people in it',
    needs: null,
    make: () => ({
      ...inbound([when('body', 'holds', ['iban', 'national-id'])], [{ do: 'hold' }]),
      direction: 'outbound',
    }),
  },
  {
    name: 'explicit-language',
    about: 'holds mail with words that do not belong into business mail, in both directions',
    needs: null,
    make: () => ({
      ...inbound([when('body', 'holds', ['explicit-language'])], [{ do: 'hold' }]),
      direction: 'both',
    }),
  },
  {
    name: 'disclaimer-outbound',
    about: 'puts a text under what your people send, once in a conversation',
    needs: 'the text',
    make: ({ given }) => ({
      ...inbound([always], [{ do: 'footer', text: given.join('\n'), html: null, once: true }]),
      direction: 'outbound',
    }),
  },
]

/** The rule of a template, named after it. @throws OrderError */
export function ruleOfTemplate(name: string, filling: TemplateFilling): RuleText {
  const template = ruleTemplates.find((each) => each.name === name)
  if (!template)
    throw new OrderError(
      'wrong',
      `there is no template ${name}; there are ${ruleTemplates.map((each) => each.name).join(', ')}`,
    )
  if (template.needs !== null && filling.given.length === 0)
    throw new OrderError('wrong', `the template ${name} needs ${template.needs}; give it by --with`)
  const rule = template.make(filling)
  if ([...rule.conditions, ...rule.exceptions].some((each) => each.values.length === 0))
    throw new OrderError('wrong', `the template ${name} needs a domain; "mailkeep domain add" makes one`)
  return { name, ...rule }
}
