import { replies } from '../replies.ts'
import type { Verb } from './verb.ts'

export const noop: Verb = { name: 'NOOP', endsGroup: false, run: () => replies.ok }
