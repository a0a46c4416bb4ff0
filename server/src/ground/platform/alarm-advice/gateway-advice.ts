import type { Advice } from './advice.ts'

export const gatewayAdvice: Readonly<Record<string, Advice>> = {
  'logins-fail': {
    means:
      'Five logins of ours or more, and a fifth of those that tried within a minute, could not log in to send. The text says whether they could not be looked up, or their passwords were refused.',
    todo: 'Cannot be looked up: see `directory-unavailable`. Refused: were their passwords taken back, or does one server use an old one for all?',
  },
  'refused-share': {
    means: 'Far more mail than usual hears 4xx from us, so that it comes again later.',
    todo: '`mailkeep_gateway_refusals_total` at `/metrics` has the reasons: load, disk, directory, DNS.',
  },
  'submission-closed': {
    means:
      'Nobody can log in to send at a place of `submission.listen` or `submission.listenTls`, since it cannot be listened at. Mail from outside goes on.',
    todo: 'The text says why; end the other program, or set another place. It is tried again every few seconds.',
  },
}
