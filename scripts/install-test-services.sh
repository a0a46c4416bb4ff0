#!/bin/sh
# Installs the Debian packages that test suites and drills read or talk to, and the mail that one of them sends.
# CI runs it; locally it is optional: without a package its suite is skipped with the reason.
set -e
cd "$(dirname "$0")/.."

packages="
python3
python3-spf
python3-dkim
postfix
swaks
msmtp
libnet-ssleay-perl
gsasl
libgnutls-dane0
libidn12
libnsl2
libsasl2-modules
chromium
clamav-daemon
clamav-testfiles
rbldnsd
slapd
dovecot-imapd
ldap-utils
unbound
ldnsutils
libfaketime
"

missing=""
for package in $packages; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
done
if [ -n "$missing" ]; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
fi

# Debian lets one mail server be installed at a time. Exim's program is taken out of its package and put beside Postfix,
# with the user that it wants to become; nothing starts it but the tests.
exim=/usr/local/lib/exim4-for-tests
if [ ! -x "$exim/exim4" ]; then
  folder=$(mktemp -d)
  [ -n "$missing" ] || apt-get update -qq
  (cd "$folder" && apt-get download -qq exim4-daemon-light >/dev/null && dpkg-deb -x exim4-daemon-light_*.deb tree)
  mkdir -p "$exim"
  install -m 755 "$folder/tree/usr/sbin/exim4" "$exim/exim4"
  rm -rf "$folder"
fi
getent passwd Debian-exim >/dev/null || useradd --system --no-create-home --user-group --shell /usr/sbin/nologin Debian-exim

node scripts/install.mjs
node_modules/.bin/node --disable-warning=ExperimentalWarning scripts/fetch-test-mail.ts
