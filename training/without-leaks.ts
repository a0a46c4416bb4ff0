/**
 * Takes out of a message what tells where it was collected instead of what it is: fields that the collector's servers
 * and lists added, tags of lists in subjects, footers of lists and sponsors.
 */
export function withoutLeaks(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1').replace(/^From .*\r?\n/, '')
  const end = /\r?\n\r?\n/.exec(text)?.index ?? text.length
  const header = text
    .slice(0, end)
    .split(/\r?\n(?![ \t])/)
    .filter((field) => !collected.test(field))
    .map((field) => field.replace(/^(Subject:\s*(?:re:\s*)?)\[[^\]]{2,30}\] ?/i, '$1'))
  return Buffer.from(`${header.join('\n')}${withoutFooters(text.slice(end))}`, 'latin1')
}

const collected =
  /^(?:Delivered-To|Received|X-Spam[\w-]*|List-[\w-]+|Precedence|Sender|Errors-To|X-Mailman[\w-]*|X-Beenthere|X-Loop|Mailing-List|Return-Path|Date|X-Original-Date|X-Apparently-To|X-Egroups[\w-]*|Reply-To: .*(?:list|group|ilug|fork|iiu|zzzz))\b/i

const footers =
  /\n(?:_{20,}|-{20,}) ?\r?\n[^\n]{0,200}(?:mailing list|@lists?\.|Sponsor|sf\.net|sourceforge)|\n-{8,} ?Yahoo! Groups Sponsor|\nThis sf\.net email is sponsored|\nIrish Linux Users' Group|\n_{10,}\r?\n[^\n]{0,80}mailing list|\nTo unsubscribe from this group|\nhttps?:\/\/[^\n]*\/mailman\/listinfo/

function withoutFooters(body: string): string {
  const at = footers.exec(body)?.index
  return at === undefined || at < body.length / 4 ? body : body.slice(0, at)
}
