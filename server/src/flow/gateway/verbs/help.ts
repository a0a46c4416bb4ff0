import { replies } from '../replies.ts'
import type { Verb } from './verb.ts'

export const help: Verb = { name: 'HELP', endsGroup: false, run: () => replies.help }
