#!/bin/sh
# Installs the servers that tests run against, as far as this machine allows; never fails.
# FITNESS_INSTALL_SERVERS=0 leaves the machine as it is.
set -u
PATH=$PATH:/usr/sbin:/sbin

has() { command -v "$1" >/dev/null 2>&1; }
has_postgres() {
    for initdb in /usr/lib/postgresql/*/bin/initdb "$(command -v initdb)"; do
        [ -x "$initdb" ] && [ -x "$(dirname "$(readlink -f "$initdb")")/postgres" ] && return
    done
    return 1
}

missing=
{ has prometheus && has promtool; } || missing="$missing prometheus"
{ has redis-server && has redis-cli; } || missing="$missing redis-server"
has memcached || missing="$missing memcached"
{ has_postgres && has psql; } || missing="$missing postgresql"
[ -n "$missing" ] || exit 0

not_installed() {
    echo "servers: not installed:$missing ($1); tests that need them are skipped"
    exit 0
}
as_root=
[ "${FITNESS_INSTALL_SERVERS:-1}" != 0 ] || not_installed "FITNESS_INSTALL_SERVERS=0"
has apt-get || not_installed "no apt-get here"
if [ "$(id -u)" != 0 ]; then
    { has sudo && sudo -n true 2>/dev/null; } || not_installed "needs root: apt-get install$missing"
    as_root="sudo -n"
fi

# The packages start services of their own; what tests need, they start themselves.
policy=/usr/sbin/policy-rc.d
log=$(mktemp)
own_policy=
finish() {
    rm -f "$log"
    [ -z "$own_policy" ] || $as_root rm -f "$policy"
}
trap finish EXIT
trap 'exit 0' INT TERM
if [ ! -e "$policy" ]; then
    own_policy=yes
    printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
    $as_root chmod 755 "$policy"
fi

install() {
    # shellcheck disable=SC2086 # a list of packages
    $as_root env DEBIAN_FRONTEND=noninteractive timeout 600 apt-get install --quiet=2 --yes \
        --no-install-recommends --no-upgrade -o DPkg::Lock::Timeout=120 $missing \
        </dev/null >"$log" 2>&1
}
update() { $as_root timeout 120 apt-get update --quiet=2 </dev/null >"$log" 2>&1; }

echo "servers: installing$missing"
install || { update && install; } || not_installed "apt-get: $(tail -n 1 "$log")"
