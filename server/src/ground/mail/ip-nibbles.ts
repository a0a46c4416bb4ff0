/** The 32 nibbles of an IPv6 address, as DNS names of addresses are made of them (RFC 3596, 2.5). */
export function ipNibbles(ip: string): string[] {
  const [head = '', tail] = (ip.split('%')[0] ?? '').split('::')
  const [first, last] = [groupsOf(head), groupsOf(tail ?? '')]
  const zeros = Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => '0')
  return [...first, ...zeros, ...last].flatMap((each) => [...each.toLowerCase().padStart(4, '0')])
}

function groupsOf(text: string): string[] {
  if (text === '') return []
  return text.split(':').flatMap((each) => (each.includes('.') ? groupsOfV4(each) : [each]))
}

function groupsOfV4(text: string): string[] {
  const [a = 0, b = 0, c = 0, d = 0] = text.split('.').map(Number)
  return [(a * 256 + b).toString(16), (c * 256 + d).toString(16)]
}
