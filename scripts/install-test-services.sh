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
chromium
clamav-daemon
clamav-testfiles
rbldnsd
slapd
ldap-utils
unbound
ldnsutils
"

missing=""
for package in $packages; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
done
if [ -n "$missing" ]; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
fi

node scripts/install.mjs
node_modules/.bin/node --disable-warning=ExperimentalWarning scripts/fetch-test-mail.ts
