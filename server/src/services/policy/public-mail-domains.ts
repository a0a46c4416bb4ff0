/** Domains where anybody gets an address: to allow one of them is to allow everybody. Our own list. */
export const publicMailDomains: ReadonlySet<string> = new Set(
  `gmail.com googlemail.com outlook.com outlook.de outlook.fr outlook.es outlook.it hotmail.com hotmail.co.uk hotmail.de
  hotmail.fr hotmail.it hotmail.es live.com live.co.uk live.de live.fr live.nl live.it msn.com yahoo.com yahoo.co.uk
  yahoo.de yahoo.fr yahoo.it yahoo.es yahoo.co.jp yahoo.com.br yahoo.co.in yahoo.ca ymail.com rocketmail.com aol.com
  aol.de aim.com icloud.com me.com mac.com proton.me protonmail.com protonmail.ch pm.me gmx.de gmx.net gmx.at gmx.ch
  gmx.com web.de freenet.de t-online.de arcor.de posteo.de mailbox.org tutanota.com tutanota.de tuta.io tuta.com
  mail.com email.com zoho.com zohomail.com fastmail.com fastmail.fm hey.com hushmail.com mail.ru bk.ru inbox.ru list.ru
  yandex.ru yandex.com ya.ru rambler.ru ukr.net qq.com 163.com 126.com sina.com sina.cn foxmail.com naver.com
  hanmail.net daum.net rediffmail.com orange.fr wanadoo.fr free.fr laposte.net sfr.fr libero.it virgilio.it tiscali.it
  alice.it bluewin.ch telenet.be skynet.be ziggo.nl kpnmail.nl planet.nl home.nl hetnet.nl wp.pl o2.pl onet.pl interia.pl
  seznam.cz centrum.cz azet.sk abv.bg btinternet.com sky.com virginmedia.com ntlworld.com talktalk.net comcast.net
  verizon.net att.net sbcglobal.net cox.net charter.net bellsouth.net earthlink.net shaw.ca rogers.com sympatico.ca
  bigpond.com optusnet.com.au xtra.co.nz uol.com.br bol.com.br terra.com.br terra.es telefonica.net mailinator.com
  guerrillamail.com 10minutemail.com yopmail.com inbox.lv mail.ee`.split(/\s+/),
)
