/** Words in English, German, French and Spanish, chosen by us; the beginnings of words, in small letters. */
const words = [
  'fuck',
  'motherfuck',
  'cunt',
  'asshole',
  'arsehole',
  'bitch',
  'bastard',
  'wank',
  'dickhead',
  'cocksuck',
  'bullshit',
  'shit',
  'slut',
  'whore',
  'pussy',
  'blowjob',
  'porn',
  'nigger',
  'faggot',
  'arschloch',
  'fick',
  'fotze',
  'hurensohn',
  'wichser',
  'schlampe',
  'scheiß',
  'scheiss',
  'nutte',
  'schwuchtel',
  'putain',
  'salope',
  'connard',
  'enculé',
  'encule',
  'merde',
  'bordel de',
  'puta',
  'mierda',
  'cabrón',
  'cabron',
  'gilipollas',
  'coño',
  'pendejo',
] as const

/** Words that begin alike and mean no harm. */
const harmless = /^(?:shita|shitak|pussycat|pussyfoot|puta[mnt]|fickle|wankel)/

const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.join('|')})\\p{L}{0,12}`, 'gu')

/** Whether a text holds one of the words. */
export function explicitLanguage(text: string): boolean {
  for (const [found] of text.toLowerCase().matchAll(pattern)) if (!harmless.test(found)) return true
  return false
}
