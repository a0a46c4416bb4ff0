import { replies } from '../replies.ts'
import type { Verb } from './verb.ts'

export const quit: Verb = { name: 'QUIT', endsGroup: false, run: () => replies.bye }
